import type { ServerConfig } from "../config/config.ts";
import { isStillIn } from "../config/server-changes.ts";
import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import type { ServerStatus } from "../core/server-status.ts";
import type { RawJson } from "../rpc/raw-json.ts";
import type { UpstreamSession } from "./session.ts";
import { UpstreamSlot, type OpenSession, type UseOptions } from "./slot.ts";

/** What of the pool the configuration decides. */
export interface PoolSettings {
  readonly servers: ReadonlyMap<string, ServerConfig>;
  /** Servers whose configuration is wrong: they have a status, and calls to them say what is wrong. */
  readonly faults: ReadonlyMap<string, McpzipError>;
  readonly idleTimeoutMs: number;
}

export interface PoolOptions extends PoolSettings {
  readonly open: OpenSession;
  /** A session has been opened, for whatever reason. */
  readonly onConnected: (server: string) => void;
  readonly onNotification: (server: string, method: string, params: RawJson | undefined) => void;
}

/** The sessions of all upstream servers, one each at most. No server's failure touches another. */
export class UpstreamPool {
  readonly #options: PoolOptions;
  readonly #slots = new Map<string, UpstreamSlot>();
  /** Of servers that are no more, or no longer what they were: each until its last call is done. */
  readonly #leaving = new Set<UpstreamSlot>();
  #settings: PoolSettings;
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#settings = options;
    this.#createSlots();
  }

  /**
   * From now on these are the servers. A session with one that is gone or changed ends when the calls on it are
   * done; the next call to a changed one opens another.
   */
  reconfigure(settings: PoolSettings): void {
    this.#settings = settings;
    for (const [name, slot] of this.#slots) {
      if (!isStillIn(settings.servers, slot.server)) this.#dismiss(name, slot);
    }
    this.#createSlots();
  }

  /** Every configured server, the faulty and the disabled included. */
  statuses(): ReadonlyMap<string, ServerStatus> {
    const statuses = new Map<string, ServerStatus>();
    for (const name of this.#settings.servers.keys()) {
      statuses.set(name, this.#slots.get(name)?.status ?? { kind: "disabled" });
    }
    for (const [name, error] of this.#settings.faults) {
      statuses.set(name, { kind: "failed", error, at: 0 });
    }
    return statuses;
  }

  /** Why a configured server cannot be called at all: it is faulty or disabled. */
  unusable(server: string): McpzipError | undefined {
    const { servers, faults } = this.#settings;
    const fault = faults.get(server);
    if (fault !== undefined || servers.get(server)?.isDisabled !== true) return fault;
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
    const slots = [...this.#slots.values(), ...this.#leaving];
    await Promise.allSettled(slots.map((slot) => slot.close(options)));
  }

  #dismiss(name: string, slot: UpstreamSlot): void {
    this.#slots.delete(name);
    this.#leaving.add(slot);
    void slot.retire().then(() => this.#leaving.delete(slot));
  }

  #createSlots(): void {
    for (const [name, server] of this.#settings.servers) {
      if (!server.isDisabled && !this.#slots.has(name))
        this.#slots.set(name, this.#createSlot(server));
    }
  }

  #createSlot(server: ServerConfig): UpstreamSlot {
    const { open, onConnected, onNotification } = this.#options;
    return new UpstreamSlot(server, {
      open,
      idleTimeoutMs: () => this.#settings.idleTimeoutMs,
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
