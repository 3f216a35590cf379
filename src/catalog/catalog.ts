import type { ServerConfig } from "../config/config.ts";
import type { McpzipError } from "../core/error.ts";
import type { CatalogSnapshot, CatalogTool, ServerListing } from "../core/tool.ts";
import { qualifyToolName, splitQualifiedName } from "../core/tool-name.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { keepableText } from "./keepable-text.ts";
import type { CatalogStore, ServerRow, ToolRow } from "./store.ts";

/** What the catalog knows of one server, its tools aside. */
export interface CatalogServer {
  readonly name: string;
  readonly toolCount: number;
  /** Equal hashes mean equal tools. */
  readonly toolsHash: string;
  readonly refreshedAt: number;
  readonly title: string | undefined;
  readonly instructions: string | undefined;
}

/** What of the catalog the configuration decides. */
export interface CatalogSettings {
  /** The servers whose tools are shown. */
  readonly servers: ReadonlyMap<string, ServerConfig>;
  readonly ttlMs: number;
}

export interface CatalogOptions extends CatalogSettings {
  readonly now: () => number;
}

/** How long a tool that was just read is taken from memory before the file is asked for changes. */
const RECALL_MS = 250;
const MAX_RECALLED = 100;

/** The tools of all servers in use, read from disk when asked for; what other processes write shows here too. */
export class Catalog {
  readonly #store: CatalogStore;
  readonly #now: () => number;
  #settings: CatalogSettings;
  #rows: { readonly dataVersion: string; readonly rows: ServerRow[] } | undefined;
  #recalled = new Map<string, CatalogTool>();
  #recalledAt = { ms: 0, dataVersion: "" };

  constructor(store: CatalogStore, options: CatalogOptions) {
    this.#store = store;
    this.#now = options.now;
    this.#settings = options;
  }

  /** From now on these are the servers; what the file holds of others stays there, and is not shown. */
  reconfigure(settings: CatalogSettings): void {
    this.#settings = settings;
    this.#rows = undefined;
    this.#recalled.clear();
  }

  /** The servers that the catalog has an entry for, in the order of the config. */
  servers(): ReadonlyMap<string, CatalogServer> {
    const rows = new Map(this.#serverRows().map((row) => [row.name, row]));
    const servers = new Map<string, CatalogServer>();
    for (const name of this.#settings.servers.keys()) {
      const row = rows.get(name);
      if (row !== undefined) servers.set(name, toCatalogServer(row));
    }
    return servers;
  }

  /** Equal versions mean equal tools. */
  version(): string {
    return versionOf(this.#serverRows());
  }

  /** Every tool, with the version that they make up. */
  snapshot(): CatalogSnapshot {
    const { servers, tools } = this.#store.all();
    const shown = tools.filter(({ server }) => this.#settings.servers.has(server));
    return { version: versionOf(this.#shown(servers)), tools: shown.map(toCatalogTool) };
  }

  /** The same object for a tool that is asked for again soon and has not changed. */
  tool(qualifiedName: string): CatalogTool | undefined {
    this.#forgetChanged();
    return this.#recalled.get(qualifiedName) ?? this.#readTool(qualifiedName);
  }

  /** One server's tools, in the server's order. */
  toolsOf(server: string): CatalogTool[] {
    return this.#store.tools(server).map(toCatalogTool);
  }

  /** The qualified names of one server's tools, in the server's order. */
  toolNames(server: string): string[] {
    return this.#store.toolNames(server).map((name) => qualifyToolName(server, name));
  }

  /** Whether a server's entry can be used without asking the server again. */
  isFresh(server: ServerConfig): boolean {
    const row = this.#serverRows().find(({ name }) => name === server.name);
    if (row === undefined || row.fingerprint !== fingerprintOf(server)) return false;
    const age = this.#now() - row.refreshed_at;
    return age >= 0 && age < this.#settings.ttlMs;
  }

  /** Stores what a server has just listed in place of what was known of it. */
  replace(server: ServerConfig, listing: ServerListing): void {
    const entry = { fingerprint: fingerprintOf(server), at: this.#now(), listing };
    this.#store.replaceServer(server.name, entry);
    this.#rows = undefined;
    this.#recalled.clear();
  }

  /** Keeps why a server could not be asked, for `mcpzip list`; what is known of its tools stays. */
  recordFailure(server: ServerConfig, { code, message, fix }: McpzipError): void {
    this.#store.recordFailure({
      server: server.name,
      fingerprint: fingerprintOf(server),
      failed_at: this.#now(),
      code,
      message: keepableText(message, server),
      fix: fix === undefined ? null : keepableText(fix, server),
    });
  }

  #readTool(qualifiedName: string): CatalogTool | undefined {
    const name = splitQualifiedName(qualifiedName);
    if (name === undefined || !this.#settings.servers.has(name.server)) return undefined;
    const row = this.#store.tool(name.server, name.tool);
    if (row === undefined) return undefined;
    const tool = toCatalogTool(row);
    if (this.#recalled.size >= MAX_RECALLED) this.#recalled.clear();
    this.#recalled.set(qualifiedName, tool);
    return tool;
  }

  /** Asking the file costs as much as reading a tool, so it is not asked for every call of a burst. */
  #forgetChanged(): void {
    const now = this.#now();
    const age = now - this.#recalledAt.ms;
    if (age >= 0 && age < RECALL_MS) return;
    const dataVersion = this.#store.dataVersion();
    if (dataVersion !== this.#recalledAt.dataVersion) this.#recalled.clear();
    this.#recalledAt = { ms: now, dataVersion };
  }

  #serverRows(): ServerRow[] {
    const dataVersion = this.#store.dataVersion();
    if (this.#rows?.dataVersion !== dataVersion) {
      this.#rows = { dataVersion, rows: this.#shown(this.#store.servers()) };
    }
    return this.#rows.rows;
  }

  #shown(rows: readonly ServerRow[]): ServerRow[] {
    return rows.filter(({ name }) => this.#settings.servers.has(name));
  }
}

function versionOf(rows: readonly ServerRow[]): string {
  const hashes = rows.map(({ name, tools_hash }) => `${name} ${tools_hash}`).toSorted();
  return new Bun.CryptoHasher("sha256").update(hashes.join("\n")).digest("hex").slice(0, 32);
}

function toCatalogServer(row: ServerRow): CatalogServer {
  return {
    name: row.name,
    toolCount: row.tool_count,
    toolsHash: row.tools_hash,
    refreshedAt: row.refreshed_at,
    title: row.title ?? undefined,
    instructions: row.instructions ?? undefined,
  };
}

function toCatalogTool({ server, name, json }: ToolRow): CatalogTool {
  return { qualifiedName: qualifyToolName(server, name), server, name, json };
}
