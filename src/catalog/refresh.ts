import type { ServerConfig } from "../config/config.ts";
import { isStillIn } from "../config/server-changes.ts";
import { errorMessage, McpzipError, toMcpzipError } from "../core/error.ts";
import type { ServerListing } from "../core/tool.ts";
import { settleWithin } from "../platform/settle-within.ts";
import type { Log } from "../platform/log.ts";
import type { Catalog } from "./catalog.ts";

export interface ListOptions {
  readonly signal: AbortSignal;
  /** A call waits for it: it is no background work. */
  readonly isWanted: boolean;
}

export interface RefreshOptions {
  readonly catalog: Catalog;
  /** The servers that can be asked: neither disabled nor faulty. */
  readonly servers: ReadonlyMap<string, ServerConfig>;
  /** Asks a server for all its tools. */
  readonly list: (server: ServerConfig, options: ListOptions) => Promise<ServerListing>;
  readonly log: Log;
  /** How long one server may take. */
  readonly serverTimeoutMs?: number;
  /** Some server's tools have been stored. */
  readonly onStored: () => void;
}

const CONCURRENCY = 4;
const SERVER_TIMEOUT_MS = 30_000;
/** Once the first server of an empty catalog has answered, the others get this long to join it. */
const JOIN_MS = 1000;

interface Job {
  readonly server: ServerConfig;
  readonly isWanted: boolean;
  /** Aborted when the server is no longer what it was. */
  readonly abandon: AbortController;
  readonly finished: Promise<void>;
  readonly done: () => void;
}

/** Keeps the catalog up to date in the background; a server that fails keeps its old tools. */
export class CatalogRefresh {
  readonly #options: RefreshOptions;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Job>();
  /** Servers whose tools have changed while they were being asked. */
  readonly #changedMeanwhile = new Set<string>();
  readonly #failures = new Map<string, McpzipError>();
  readonly #firstStored = Promise.withResolvers<void>();
  readonly #queue: Job[] = [];
  #servers: ReadonlyMap<string, ServerConfig>;
  #workers = 0;

  constructor(options: RefreshOptions) {
    this.#options = options;
    this.#servers = options.servers;
  }

  /** Begins with every server whose entry is missing, too old, or of another configuration. */
  start(): void {
    for (const server of this.#servers.values()) this.refreshIfStale(server);
  }

  /** From now on these are the servers: asks those that are new or changed, as it did at the start. */
  reconfigure(servers: ReadonlyMap<string, ServerConfig>): void {
    const before = this.#servers;
    this.#servers = servers;
    for (const [name, server] of before) {
      if (isStillIn(servers, server)) continue;
      this.#failures.delete(name);
      this.#changedMeanwhile.delete(name);
      this.#running.get(name)?.abandon.abort();
    }
    for (const server of servers.values()) {
      if (!isStillIn(before, server)) this.refreshIfStale(server);
    }
  }

  refreshIfStale(server: ServerConfig): void {
    if (!this.#options.catalog.isFresh(server)) void this.refresh(server);
  }

  /** Asks one server for its tools; never rejects, see failureOf. Joins a refresh that is under way. */
  refresh(server: ServerConfig, { isWanted = false } = {}): Promise<void> {
    const running = this.#running.get(server.name);
    if (running !== undefined) return running.finished;
    if (this.#stopping.signal.aborted) return Promise.resolve();
    const { promise: finished, resolve: done } = Promise.withResolvers<void>();
    this.#enqueue({ server, isWanted, abandon: new AbortController(), finished, done });
    return finished;
  }

  /** The server says that its tools are no longer what it listed. */
  toolsChanged(server: ServerConfig): void {
    if (this.#running.has(server.name)) this.#changedMeanwhile.add(server.name);
    else void this.refresh(server);
  }

  isRunning(server: string): boolean {
    return this.#running.has(server);
  }

  /** Why the last refresh of a server failed, if it did. */
  failureOf(server: string): McpzipError | undefined {
    return this.#failures.get(server);
  }

  /**
   * Waits while the catalog is empty and servers are being asked: until the first has answered and the
   * others had a moment to join, `timeoutMs` in all.
   */
  async firstTools(timeoutMs: number): Promise<void> {
    const running = [...this.#running.values()].map(({ finished }) => finished);
    if (running.length === 0 || this.#options.catalog.servers().size > 0) return;
    const all = Promise.all(running);
    const joined = this.#firstStored.promise.then(() => settleWithin(all, JOIN_MS));
    await settleWithin(Promise.race([all, joined]), timeoutMs);
  }

  stop(): void {
    this.#stopping.abort();
    for (const { done } of this.#queue.splice(0)) done();
  }

  #enqueue(job: Job): void {
    this.#running.set(job.server.name, job);
    this.#queue.push(job);
    if (this.#workers < CONCURRENCY) void this.#work();
  }

  async #work(): Promise<void> {
    this.#workers++;
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      await this.#refreshNow(job);
      this.#finish(job);
    }
    this.#workers--;
  }

  /** Whoever waits for a server that has changed meanwhile waits for what it is now. */
  #finish(job: Job): void {
    const { server, abandon, done } = job;
    const now = this.#servers.get(server.name);
    if (abandon.signal.aborted && now !== undefined) {
      this.#enqueue({ ...job, server: now, abandon: new AbortController() });
      return;
    }
    this.#running.delete(server.name);
    done();
    if (this.#changedMeanwhile.delete(server.name)) void this.refresh(server);
  }

  async #refreshNow({ server, isWanted, abandon }: Job): Promise<void> {
    const { catalog, list, log, onStored, serverTimeoutMs = SERVER_TIMEOUT_MS } = this.#options;
    const abandoned = AbortSignal.any([this.#stopping.signal, abandon.signal]);
    if (abandoned.aborted) return;
    const timeout = AbortSignal.timeout(serverTimeoutMs);
    const signal = AbortSignal.any([abandoned, timeout]);
    try {
      const listing = await list(server, { signal, isWanted });
      if (abandoned.aborted) return;
      catalog.replace(server, listing);
      this.#failures.delete(server.name);
      this.#firstStored.resolve();
      onStored();
      log.info(`catalog: ${server.name} has ${listing.tools.length} tools`);
    } catch (error) {
      if (abandoned.aborted) return;
      const failure = timeout.aborted
        ? timedOut(server.name, { cause: error, timeoutMs: serverTimeoutMs })
        : toMcpzipError(error, "SERVER_ERROR", { server: server.name });
      this.#failures.set(server.name, failure);
      log.warn(`catalog: ${server.name} was not refreshed: ${failure.message}`);
      this.#keepFailure(server, failure);
    }
  }

  #keepFailure(server: ServerConfig, failure: McpzipError): void {
    try {
      this.#options.catalog.recordFailure(server, failure);
    } catch (error) {
      this.#options.log.debug(`catalog: the failure is not kept: ${errorMessage(error)}`);
    }
  }
}

/** To the server it was a cancelled call, but nobody has cancelled anything. */
function timedOut(
  server: string,
  { cause, timeoutMs }: { readonly cause: unknown; readonly timeoutMs: number },
): McpzipError {
  return new McpzipError("CALL_TIMEOUT", `server "${server}" did not answer in time`, {
    server,
    why: `it has not listed its tools within ${timeoutMs / 1000} s`,
    fix: `mcpzip doctor ${server} --timeout 120 tells whether it only needs longer`,
    cause,
  });
}
