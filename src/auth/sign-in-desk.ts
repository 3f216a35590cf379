import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { errorMessage, McpzipError } from "../core/error.ts";
import { isRecord } from "../core/tool.ts";
import { writeFileAtomically } from "../platform/atomic-file.ts";
import { acquireFileLock, tryLock, type FileLock } from "../platform/file-lock.ts";
import type { Log } from "../platform/log.ts";
import type { ProtectedServer } from "./discovery.ts";
import { startSignIn, type SignIn, type SignInOptions } from "./sign-in.ts";
import type { StoredAuthorization } from "./stored-authorization.ts";
import { authorizationHash } from "./token-store.ts";

export interface DeskOptions {
  readonly folder: string;
  readonly log: Log;
  /** Opens a page for the person; says whether one seems to have opened. */
  readonly openPage: (url: URL) => Promise<boolean>;
  readonly onSignedIn: (
    server: ProtectedServer,
    authorization: StoredAuthorization,
  ) => Promise<void>;
}

/** A sign-in that waits for a person, here or in another mcpzip process. */
export interface PendingSignIn {
  readonly url: URL;
  /** Settles when it is over; rejects when it failed. Undefined when another process holds it. */
  readonly finished: Promise<void> | undefined;
}

/** How long the callback server waits for the person. */
const SIGN_IN_MS = 5 * 60_000;
/** An ignored sign-in is not begun again by itself for this long. */
const COOL_DOWN_MS = 60 * 60_000;

/** All sign-ins of this machine: one for each server at most, and one browser tab after another. */
export class SignInDesk {
  readonly #options: DeskOptions;
  readonly #pending = new Map<string, Promise<PendingSignIn>>();
  readonly #closing = new AbortController();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Begins a sign-in, or joins the one that is under way. Throws AUTH_FAILED when none can begin. */
  begin(server: ProtectedServer, options: Omit<SignInOptions, "signal">): Promise<PendingSignIn> {
    const pending = this.#pending.get(server.name);
    if (pending !== undefined) return pending;
    const begun = this.#begin(server, options);
    this.#pending.set(server.name, begun);
    const forget = () => this.#pending.delete(server.name);
    begun.then(
      ({ finished }) => (finished === undefined ? forget() : finished.then(forget, forget)),
      forget,
    );
    return begun;
  }

  /** Whether a sign-in of this server was ignored lately. */
  async wasIgnored(server: ProtectedServer): Promise<boolean> {
    const marker = await readMarker(this.#path(server, "pending.json"));
    return marker?.ignoredAt !== undefined && Date.now() - marker.ignoredAt < COOL_DOWN_MS;
  }

  close(): void {
    this.#closing.abort(new Error("mcpzip is stopping"));
  }

  async #begin(
    server: ProtectedServer,
    options: Omit<SignInOptions, "signal">,
  ): Promise<PendingSignIn> {
    const lock = tryLock(this.#path(server, "sign-in.lock"));
    if (lock === undefined) return this.#elsewhere(server);
    try {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(SIGN_IN_MS)]);
      const signIn = await startSignIn(server, { ...options, signal });
      await writeMarker(this.#path(server, "pending.json"), { url: signIn.url.href });
      const finished = this.#attend(server, signIn, lock);
      finished.catch(() => {});
      return { url: signIn.url, finished };
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async #elsewhere(server: ProtectedServer): Promise<PendingSignIn> {
    const marker = await readMarker(this.#path(server, "pending.json"));
    const url = URL.parse(marker?.url ?? "");
    if (url !== null) return { url, finished: undefined };
    throw new McpzipError(
      "AUTH_REQUIRED",
      `another mcpzip process is signing in to server "${server.name}"`,
      {
        server: server.name,
        fix: "finish the sign-in in the browser, then call again",
      },
    );
  }

  async #attend(server: ProtectedServer, signIn: SignIn, lock: FileLock): Promise<void> {
    const { log, onSignedIn } = this.#options;
    const marker = this.#path(server, "pending.json");
    const over = new AbortController();
    log.warn(`auth: sign in to ${server.name}: ${signIn.url.href}`);
    void this.#showPage(signIn.url, over.signal);
    try {
      await onSignedIn(server, await signIn.finished);
      await rm(marker, { force: true });
      log.info(`auth: signed in to ${server.name}`);
    } catch (error) {
      if (!this.#closing.signal.aborted) await writeMarker(marker, { ignoredAt: Date.now() });
      log.warn(`auth: the sign-in to ${server.name} came to nothing: ${errorMessage(error)}`);
      throw error;
    } finally {
      over.abort();
      lock.release();
    }
  }

  /** Waits for its turn, so that a person sees one tab after another. */
  async #showPage(url: URL, over: AbortSignal): Promise<void> {
    const turn = await acquireFileLock(join(this.#options.folder, "browser.lock"), {
      timeoutMs: SIGN_IN_MS,
      signal: over,
    });
    if (turn === undefined) return;
    if (over.aborted) return turn.release();
    over.addEventListener("abort", () => turn.release(), { once: true });
    await this.#options.openPage(url);
  }

  #path({ url }: ProtectedServer, ending: string): string {
    return join(this.#options.folder, `${authorizationHash(url.href)}.${ending}`);
  }
}

interface Marker {
  readonly url?: string;
  /** Milliseconds since the epoch. */
  readonly ignoredAt?: number;
}

async function readMarker(path: string): Promise<Marker | undefined> {
  try {
    const json: unknown = JSON.parse(await readFile(path, "utf8"));
    if (!isRecord(json)) return undefined;
    return {
      ...(typeof json.url === "string" && { url: json.url }),
      ...(typeof json.ignoredAt === "number" && { ignoredAt: json.ignoredAt }),
    };
  } catch {
    // No marker, or half of one: then nothing is known.
    return undefined;
  }
}

function writeMarker(path: string, marker: Marker): Promise<void> {
  return writeFileAtomically(path, JSON.stringify(marker));
}
