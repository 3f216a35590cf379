import type { ServerConfig } from "../../src/config/config.ts";
import { McpzipError } from "../../src/core/error.ts";
import { RawJson } from "../../src/rpc/raw-json.ts";
import { UpstreamPool, type PoolOptions } from "../../src/upstream/pool.ts";
import type { SessionOptions, UpstreamSession } from "../../src/upstream/session.ts";
import type { UseOptions } from "../../src/upstream/slot.ts";
import { stdioServer } from "../fixtures/server-config.ts";

/** A session without a server: answers what it is told to, and ends when the test says so. */
export class FakeSession implements UpstreamSession {
  readonly identity = {
    protocolVersion: "2025-11-25",
    title: "Fake",
    version: "1.0.0",
    instructions: "Instructions of fake.",
  };
  readonly closed: Promise<McpzipError>;
  readonly end: (reason: McpzipError) => void;
  readonly requests: string[] = [];
  isClosed = false;
  readonly #answer: (params: unknown) => unknown;

  constructor(answer: (params: unknown) => unknown = () => ({})) {
    this.#answer = answer;
    const { promise, resolve } = Promise.withResolvers<McpzipError>();
    this.closed = promise;
    this.end = resolve;
  }

  async request(method: string, params: Readonly<Record<string, unknown>>): Promise<RawJson> {
    this.requests.push(method);
    return RawJson.of(await this.#answer(params));
  }

  close(): Promise<void> {
    this.isClosed = true;
    this.end(new McpzipError("SERVER_CLOSED", "closed by us"));
    return Promise.resolve();
  }
}

/** Counts what it opens. */
export class FakeOpener {
  readonly sessions: FakeSession[] = [];
  readonly signals: AbortSignal[] = [];
  attempts = 0;
  /** What an attempt waits for before it succeeds, or fails with. */
  gate: Promise<unknown> = Promise.resolve();

  readonly open = async (_server: ServerConfig, options: SessionOptions): Promise<FakeSession> => {
    this.attempts++;
    this.signals.push(options.signal);
    await this.gate;
    const session = new FakeSession();
    this.sessions.push(session);
    return session;
  };
}

export const PATIENT: UseOptions = { connectTimeoutMs: 20_000 };

/** A pool of fake or real sessions; what is not given is quiet and long. */
export function createPool(
  servers: readonly ServerConfig[],
  options: Pick<PoolOptions, "open"> & Partial<PoolOptions>,
): UpstreamPool {
  return new UpstreamPool({
    servers: new Map(servers.map((server) => [server.name, server])),
    faults: new Map(),
    idleTimeoutMs: 60_000,
    onConnected: () => {},
    onNotification: () => {},
    ...options,
  });
}

export const ALPHA = stdioServer("echo.ts", { name: "alpha" });
export const BETA = stdioServer("echo.ts", { name: "beta" });
