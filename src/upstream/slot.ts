import type { ServerConfig } from "../config/config.ts";
import { McpzipError, toMcpzipError } from "../core/error.ts";
import type { ServerStatus } from "../core/server-status.ts";
import { settleWithin } from "../platform/settle-within.ts";
import type { RawJson } from "../rpc/raw-json.ts";
import { failure, SessionLostError } from "./failure.ts";
import type { SessionOptions, UpstreamSession } from "./session.ts";

/** Opens a session to the slot's server. */
export type OpenSession = (
  server: ServerConfig,
  options: SessionOptions,
) => Promise<UpstreamSession>;

export interface SlotOptions {
  readonly open: OpenSession;
  /** As it is now, since a configuration can change. */
  readonly idleTimeoutMs: () => number;
  readonly onConnected: () => void;
  readonly onNotification: (method: string, params: RawJson | undefined) => void;
}

export interface UseOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the session; an attempt goes on for whoever comes next. */
  readonly connectTimeoutMs: number;
  /** Background work does not keep a session open for long. */
  readonly isBackground?: boolean;
}

/** `npx` may download a server first. */
const CONNECT_TIMEOUT_MS = 120_000;
/** How long a session stays that only background work has used. */
const BACKGROUND_IDLE_MS = 15_000;
const IDLE_GRACE_MS = 2000;

/** A session, from the attempt to open it to the last task that runs on it. */
interface Tenancy {
  readonly opening: Promise<UpstreamSession>;
  /** The session once it is open, so that a call on it need not wait a turn. */
  session: UpstreamSession | undefined;
  users: number;
  /** No new task may use it; it is closed when the last one is done. */
  isRetired: boolean;
  /** Ends an attempt that nobody waits for any more. */
  readonly abandon: AbortController;
}

/** One server's session over time: opened on first use, shared, closed when idle, opened again. */
export class UpstreamSlot {
  readonly server: ServerConfig;
  readonly #options: SlotOptions;
  readonly #closing = new AbortController();
  /** Those on their way out included, so that a shutdown can hurry and await them. */
  readonly #tenancies = new Set<Tenancy>();
  readonly #gone = Promise.withResolvers<void>();
  #tenancy: Tenancy | undefined;
  #status: ServerStatus = { kind: "idle" };
  #isOnlyBackground = true;
  /** Tasks under way, those that are no background work, and whether others may come. */
  #tasks = 0;
  #calls = 0;
  #isRetired = false;
  #idleTimer: Timer | undefined;

  constructor(server: ServerConfig, options: SlotOptions) {
    this.server = server;
    this.#options = options;
  }

  get status(): ServerStatus {
    return this.#status;
  }

  /**
   * Runs `task` on the shared session. A task whose session the server has forgotten runs once more on
   * a new one: the server did not see it the first time.
   */
  async use<T>(task: (session: UpstreamSession) => Promise<T>, options: UseOptions): Promise<T> {
    if (options.isBackground !== true) this.#isOnlyBackground = false;
    this.#tasks++;
    try {
      return await this.#attempt(task, options);
    } catch (error) {
      if (!(error instanceof SessionLostError)) throw error;
      return await this.#attempt(task, options);
    } finally {
      this.#tasks--;
      this.#checkGone();
    }
  }

  /**
   * Nobody will come any more: ends the session when the tasks under way are done, which their own time-outs
   * see to. Resolves when it has gone.
   */
  retire(): Promise<void> {
    this.#isRetired = true;
    clearTimeout(this.#idleTimer);
    if (this.#tenancy !== undefined) this.#retire(this.#tenancy, { kind: "idle" });
    this.#checkGone();
    return this.#gone.promise;
  }

  /** Ends every session and every attempt at one. */
  async close(options: { readonly graceMs: number }): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#idleTimer);
    const end = async ({ opening }: Tenancy) => (await opening).close(options);
    await Promise.allSettled([...this.#tenancies].map(end));
  }

  async #attempt<T>(
    task: (session: UpstreamSession) => Promise<T>,
    options: UseOptions,
  ): Promise<T> {
    const isCall = options.isBackground !== true;
    if (isCall) this.#calls++;
    const tenancy = this.#isRetired ? this.#openTenancy() : (this.#tenancy ??= this.#openTenancy());
    tenancy.users++;
    clearTimeout(this.#idleTimer);
    try {
      const isCancelled = options.signal?.aborted === true;
      const open = isCancelled ? undefined : tenancy.session;
      return await task(open ?? (await this.#waitFor(tenancy.opening, options)));
    } catch (error) {
      if (endsSession(error)) this.#retire(tenancy, statusAfter(error));
      throw error;
    } finally {
      if (isCall) this.#calls--;
      tenancy.users--;
      this.#vacated(tenancy);
    }
  }

  #openTenancy(): Tenancy {
    this.#status = { kind: "connecting" };
    const abandon = new AbortController();
    const opening = this.#options.open(this.server, {
      timeoutMs: CONNECT_TIMEOUT_MS,
      signal: AbortSignal.any([this.#closing.signal, abandon.signal]),
      isWanted: () => this.#calls > 0,
      onNotification: this.#options.onNotification,
    });
    const isRetired = this.#isRetired;
    const tenancy: Tenancy = { opening, session: undefined, users: 0, isRetired, abandon };
    this.#tenancies.add(tenancy);
    opening.then(
      (session) => this.#opened(tenancy, session),
      (error: unknown) => this.#retire(tenancy, statusAfter(toMcpzipError(error, "INTERNAL"))),
    );
    return tenancy;
  }

  #opened(tenancy: Tenancy, session: UpstreamSession): void {
    tenancy.session = session;
    this.#status = { kind: "connected", since: Date.now() };
    void session.closed.then((reason) => this.#retire(tenancy, statusAfter(reason)));
    this.#vacated(tenancy);
    this.#options.onConnected();
  }

  #retire(tenancy: Tenancy, status: ServerStatus): void {
    if (tenancy.isRetired) return;
    tenancy.isRetired = true;
    this.#tenancy = undefined;
    this.#status = status;
    this.#vacated(tenancy);
  }

  /** Nobody may be using the session any more: closes a retired one, lets another rest. */
  #vacated(tenancy: Tenancy): void {
    if (tenancy.users > 0) return;
    if (tenancy.isRetired) {
      void this.#leave(tenancy);
      return;
    }
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#rest(tenancy), this.#idleMs());
  }

  async #leave(tenancy: Tenancy): Promise<void> {
    if (tenancy.abandon.signal.aborted) return;
    tenancy.abandon.abort();
    const session = await tenancy.opening.catch(() => undefined);
    const closed = session?.close({ graceMs: IDLE_GRACE_MS });
    if (closed !== undefined) await settleWithin(closed, 4 * IDLE_GRACE_MS);
    this.#tenancies.delete(tenancy);
    this.#checkGone();
  }

  #checkGone(): void {
    if (this.#isRetired && this.#tasks === 0 && this.#tenancies.size === 0) this.#gone.resolve();
  }

  #rest(tenancy: Tenancy): void {
    const isResting = tenancy.users === 0 && this.#status.kind === "connected";
    if (!isResting) return;
    this.#isOnlyBackground = true;
    this.#retire(tenancy, { kind: "idle" });
  }

  #idleMs(): number {
    const idleTimeoutMs = this.#options.idleTimeoutMs();
    return this.#isOnlyBackground ? Math.min(BACKGROUND_IDLE_MS, idleTimeoutMs) : idleTimeoutMs;
  }

  /** Rejects when the caller's patience ends; the attempt itself goes on. */
  #waitFor(opening: Promise<UpstreamSession>, options: UseOptions): Promise<UpstreamSession> {
    const { promise, resolve, reject } = Promise.withResolvers<UpstreamSession>();
    const giveUp = (code: "CALL_TIMEOUT" | "CALL_CANCELLED", message: string) =>
      reject(failure(this.server, { code, message }));
    const { name } = this.server;
    const timer = setTimeout(
      () => giveUp("CALL_TIMEOUT", `server "${name}" is still starting; try again in a moment`),
      options.connectTimeoutMs,
    );
    const onAbort = () => giveUp("CALL_CANCELLED", `the call to server "${name}" was cancelled`);
    if (options.signal?.aborted) onAbort();
    options.signal?.addEventListener("abort", onAbort, { once: true });
    opening.then(resolve, reject);
    return promise.finally(() => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
    });
  }
}

/** The server is gone or no longer knows us; errors that it answered with leave the session whole. */
function endsSession(error: unknown): error is McpzipError {
  if (!(error instanceof McpzipError)) return false;
  const ending = ["SERVER_CLOSED", "SERVER_UNREACHABLE", "AUTH_REQUIRED", "AUTH_REJECTED"];
  return ending.includes(error.code);
}

function statusAfter(error: McpzipError): ServerStatus {
  if (error instanceof SessionLostError) return { kind: "idle" };
  if (error.code === "AUTH_REQUIRED") return { kind: "needs-auth", error };
  return { kind: "failed", error, at: Date.now() };
}
