import type { ServerConfig } from "../config/config.ts";
import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import type { ServerStatus } from "../core/server-status.ts";
import type { RawJson } from "../rpc/raw-json.ts";
import type { UpstreamSession } from "./session.ts";
import { UpstreamSlot, type OpenSession, type UseOptions } from "./slot.ts";

export interface PoolOptions {
  readonly servers: ReadonlyMap<string, ServerConfig>;
  /** Servers whose configuration is wrong: they have a status, and calls to them say what is wrong. */
  readonly faults: ReadonlyMap<string, McpzipError>;
  readonly open: OpenSession;
  readonly idleTimeoutMs: number;
  /** A session has been opened, for whatever reason. */
  readonly onConnected: (server: string) => void;
  readonly onNotification: (server: string, method: string, params: RawJson | undefined) => void;
}

/** The sessions of all upstream servers, one each at most. No server's failure touches another. */
export class UpstreamPool {
  readonly #options: PoolOptions;
  readonly #slots = new Map<string, UpstreamSlot>();
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    for (const server of options.servers.values()) {
      if (!server.isDisabled) this.#slots.set(server.name, this.#createSlot(server));
    }
  }

  /** Every configured server, the faulty and the disabled included. */
  statuses(): ReadonlyMap<string, ServerStatus> {
    const statuses = new Map<string, ServerStatus>();
    for (const name of this.#options.servers.keys()) {
      statuses.set(name, this.#slots.get(name)?.status ?? { kind: "disabled" });
    }
    for (const [name, error] of this.#options.faults) {
      statuses.set(name, { kind: "failed", error, at: 0 });
    }
    return statuses;
  }

  /** Why a configured server cannot be called at all: it is faulty or disabled. */
  unusable(server: string): McpzipError | undefined {
    const fault = this.#options.faults.get(server);
    if (fault !== undefined || this.#options.servers.get(server)?.isDisabled !== true) return fault;
    return new McpzipError("SERVER_DISABLED", `server "${server}" is disabled`, {
      server,
      fix: `remove "disabled" from "${server}" in the config`,
    });
  }

  /**
   * Runs `task` on the server's session, opening it when there is none. Throws what openSession throws,
   * and SERVER_UNKNOWN, SERVER_DISABLED, or the fault of the server's configuration.
   */
  async use<T>(
    server: string,
    task: (session: UpstreamSession) => Promise<T>,
    options: UseOptions,
  ): Promise<T> {
    if (this.#isClosed) throw new McpzipError("CALL_CANCELLED", "mcpzip is stopping", { server });
    const slot = this.#slots.get(server);
    if (slot === undefined) throw this.unusable(server) ?? this.#unknown(server);
    return slot.use(task, options);
  }

  /** Ends every session; resolves when no process of any server is left. */
  async close(options: { readonly graceMs: number }): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#slots.values()].map((slot) => slot.close(options)));
  }

  #createSlot(server: ServerConfig): UpstreamSlot {
    const { open, idleTimeoutMs, onConnected, onNotification } = this.#options;
    return new UpstreamSlot(server, {
      open,
      idleTimeoutMs,
      onConnected: () => onConnected(server.name),
      onNotification: (method, params) => onNotification(server.name, method, params),
    });
  }

  #unknown(server: string): McpzipError {
    const [nearest] = nearestNames(server, this.#slots.keys(), 1);
    return new McpzipError("SERVER_UNKNOWN", `there is no server "${server}"`, {
      server,
      ...(nearest !== undefined && { fix: `did you mean "${nearest}"?` }),
    });
  }
}
