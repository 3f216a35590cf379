import { rm } from "node:fs/promises";
import { join } from "node:path";
import { errorMessage } from "../core/error.ts";
import { acquireFileLock, tryLock, type FileLock } from "../platform/file-lock.ts";
import type { Log } from "../platform/log.ts";
import { signInRequired, toAuthFailure } from "./auth-failure.ts";
import type { Challenge } from "./challenge.ts";
import { identityOf, type ProtectedServer } from "./discovery.ts";
import { readMarker, writeMarker } from "./sign-in-marker.ts";
import { startSignIn, type SignIn } from "./sign-in.ts";
import { hasNewTokens, type StoredAuthorization } from "./stored-authorization.ts";
import { authorizationHash } from "./token-store.ts";

export interface DeskOptions {
  readonly folder: string;
  readonly log: Log;
  /** Opens a page for the person; says whether one seems to have opened. */
  readonly openPage: (url: URL) => Promise<boolean>;
  /** How long the callback server waits for the person, from when the page was shown; 5 minutes. */
  readonly signInTimeoutMs?: number | undefined;
  readonly onSignedIn: (
    server: ProtectedServer,
    authorization: StoredAuthorization,
  ) => Promise<void>;
  /** Another process has stored new tokens. */
  readonly onSignedInElsewhere: (server: ProtectedServer) => void;
}

export interface SignInRequest {
  readonly challenge: Challenge;
  /** A person's call waits for it: one that was ignored lately is begun again. */
  readonly isWanted: boolean;
  /** What was stored when that turned out to be of no use, */
  readonly stored: StoredAuthorization | undefined;
  /** and what is stored now. */
  readonly reload: () => Promise<StoredAuthorization | undefined>;
}

/** A sign-in that waits for a person, here or in another mcpzip process. */
export interface PendingSignIn {
  /** Undefined when it is over already, or when another process has not told it. */
  readonly url: URL | undefined;
  /** Settles when it is over; rejects with AUTH_FAILED or AUTH_UNAVAILABLE when it failed here. */
  readonly finished: Promise<void>;
}

const SIGN_IN_MS = 5 * 60_000;
/** An ignored sign-in is not begun again by itself for this long; nor does one wait longer for its turn. */
const COOL_DOWN_MS = 60 * 60_000;
/** Another process needs this long at most from its lock to its URL, unless something hangs. */
const URL_ELSEWHERE_MS = 3000;
/** Between two looks at what another process does. */
const LOOK_MS = 250;

/** All sign-ins of this machine: one for each server at most, and one browser tab after another. */
export class SignInDesk {
  readonly #options: DeskOptions;
  readonly #pending = new Map<string, Promise<PendingSignIn>>();
  readonly #closing = new AbortController();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /**
   * Begins a sign-in, or joins the one that is under way. Throws AUTH_FAILED or AUTH_UNAVAILABLE when none
   * can begin, AUTH_REQUIRED when it was ignored lately and nobody's call waits for it.
   */
  begin(server: ProtectedServer, request: SignInRequest): Promise<PendingSignIn> {
    const identity = identityOf(server);
    const pending = this.#pending.get(identity);
    if (pending !== undefined) return pending;
    const begun = this.#begin(server, request);
    this.#pending.set(identity, begun);
    const forget = () => this.#pending.delete(identity);
    begun.then(({ finished }) => finished.then(forget, forget), forget);
    return begun;
  }

  close(): void {
    this.#closing.abort(new Error("mcpzip is stopping"));
  }

  async #begin(server: ProtectedServer, request: SignInRequest): Promise<PendingSignIn> {
    const lock = tryLock(this.#path(server, "sign-in.lock"));
    if (lock === undefined) return this.#elsewhere(server, request);
    const over = new AbortController();
    try {
      const stored = await request.reload();
      if (hasNewTokens(stored, request.stored)) {
        lock.release();
        return { url: undefined, finished: Promise.resolve() };
      }
      await this.#takeMarker(server, request);
      const signal = AbortSignal.any([this.#closing.signal, over.signal]);
      const signIn = await startSignIn(server, { challenge: request.challenge, stored, signal });
      const finished = this.#attend(server, signIn, { lock, over });
      finished.catch(() => {});
      return { url: signIn.url, finished };
    } catch (error) {
      lock.release();
      throw await toAuthFailure(server, error);
    }
  }

  /** Nobody must be shown the URL of an earlier attempt. */
  async #takeMarker(server: ProtectedServer, { isWanted }: SignInRequest): Promise<void> {
    const path = this.#path(server, "pending.json");
    const askedAt = (await readMarker(path))?.askedAt;
    const wasIgnored = askedAt !== undefined && Date.now() - askedAt < COOL_DOWN_MS;
    if (wasIgnored && !isWanted) throw signInRequired(server, undefined);
    await rm(path, { force: true });
  }

  async #elsewhere(server: ProtectedServer, request: SignInRequest): Promise<PendingSignIn> {
    const path = this.#path(server, "pending.json");
    const finished = this.#finishedElsewhere(server, request);
    finished.catch(() => {});
    const deadline = performance.now() + URL_ELSEWHERE_MS;
    for (;;) {
      const url = (await readMarker(path))?.url;
      const isLate = performance.now() > deadline || this.#closing.signal.aborted;
      if (url !== undefined || isLate) return { url, finished };
      await Bun.sleep(LOOK_MS);
    }
  }

  async #finishedElsewhere(server: ProtectedServer, request: SignInRequest): Promise<void> {
    const lock = await acquireFileLock(this.#path(server, "sign-in.lock"), {
      timeoutMs: COOL_DOWN_MS,
      retryMs: LOOK_MS,
      signal: this.#closing.signal,
    });
    lock?.release();
    if (hasNewTokens(await request.reload(), request.stored))
      this.#options.onSignedInElsewhere(server);
  }

  async #attend(
    server: ProtectedServer,
    signIn: SignIn,
    { lock, over }: { readonly lock: FileLock; readonly over: AbortController },
  ): Promise<void> {
    const { log, onSignedIn } = this.#options;
    const path = this.#path(server, "pending.json");
    log.warn(`auth: sign in to ${server.name}: ${signIn.url.href}`);
    try {
      await writeMarker(path, { url: signIn.url });
      this.#showPage(signIn.url, { path, over }).catch((error: unknown) => {
        log.warn(`auth: no page was opened: ${errorMessage(error)}`);
      });
      await onSignedIn(server, await signIn.finished);
      await rm(path, { force: true });
      log.info(`auth: signed in to ${server.name}`);
    } catch (error) {
      const failure = await toAuthFailure(server, error);
      // Without its URL, which leads nowhere now; without a time, too, if nobody has seen the page.
      const askedAt = (await readMarker(path))?.askedAt;
      if (!this.#closing.signal.aborted) await writeMarker(path, { askedAt });
      log.warn(`auth: the sign-in to ${server.name} came to nothing: ${failure.why}`);
      throw failure;
    } finally {
      over.abort();
      lock.release();
    }
  }

  /** Waits for its turn, so that a person sees one tab after another and has the whole time for each. */
  async #showPage(
    url: URL,
    { path, over }: { readonly path: string; readonly over: AbortController },
  ): Promise<void> {
    const { folder, openPage, signInTimeoutMs = SIGN_IN_MS } = this.#options;
    const signal = AbortSignal.any([over.signal, this.#closing.signal]);
    const turn = await acquireFileLock(join(folder, "browser.lock"), {
      timeoutMs: COOL_DOWN_MS,
      signal,
    });
    try {
      if (signal.aborted) return;
      const late = new DOMException("nobody came", "TimeoutError");
      const timer = setTimeout(() => over.abort(late), signInTimeoutMs);
      signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
      await writeMarker(path, { url, askedAt: Date.now() });
      if (await openPage(url)) await aborted(signal);
    } finally {
      turn?.release();
    }
  }

  #path({ url }: ProtectedServer, ending: string): string {
    return join(this.#options.folder, `${authorizationHash(url.href)}.${ending}`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (signal.aborted) resolve();
  return promise;
}
