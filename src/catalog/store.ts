import type { Database } from "bun:sqlite";
import type { ListedTool, ServerListing } from "../core/tool.ts";
import { CacheDatabase } from "../platform/cache-database.ts";
import type { Log } from "../platform/log.ts";

/** Raised whenever the tables change; a file of another version is set aside and built anew. */
export const SCHEMA_VERSION = 3;
/** How long a write waits for another mcpzip process that is writing. */
const BUSY_TIMEOUT_MS = 1500;

/** `tools` keeps its rowid: without it every row of more than 1 kB would fill a page of its own. */
const CREATE_TABLES = `
  CREATE TABLE servers (
    name TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    refreshed_at INTEGER NOT NULL,
    tools_hash TEXT NOT NULL,
    tool_count INTEGER NOT NULL,
    title TEXT,
    instructions TEXT
  ) WITHOUT ROWID;
  CREATE TABLE tools (
    server TEXT NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    json TEXT NOT NULL
  );
  CREATE UNIQUE INDEX tools_by_name ON tools (server, name);
  CREATE INDEX tools_in_order ON tools (server, position);
  CREATE TABLE failures (
    server TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    failed_at INTEGER NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    fix TEXT
  ) WITHOUT ROWID;
`;

export interface ServerRow {
  readonly name: string;
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly refreshed_at: number;
  readonly tools_hash: string;
  readonly tool_count: number;
  readonly title: string | null;
  readonly instructions: string | null;
}

export interface ToolRow {
  readonly server: string;
  readonly name: string;
  readonly json: string;
}

/** Why a server could not be asked for its tools when that was last tried. */
export interface FailureRow {
  readonly server: string;
  /** Of the configuration that it failed with. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly failed_at: number;
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
}

/** The catalog's file: which tools each server had when it was last asked. Shared by all processes of a user. */
export class CatalogStore {
  readonly #database: CacheDatabase;

  constructor(path: string, log: Log) {
    this.#database = new CacheDatabase(path, {
      name: "catalog",
      log,
      version: SCHEMA_VERSION,
      tables: CREATE_TABLES,
      probe: "SELECT 1 FROM servers, tools, failures LIMIT 0",
      busyTimeoutMs: BUSY_TIMEOUT_MS,
    });
  }

  /** Changes whenever another process has written, or the file has been built anew. */
  dataVersion(): string {
    const row = this.#database.use((database) =>
      database.query<{ data_version: number }, []>("PRAGMA data_version").get(),
    );
    return `${this.#database.rebuilds}.${row?.data_version ?? 0}`;
  }

  servers(): ServerRow[] {
    return this.#database.use((database) =>
      database.query<ServerRow, []>("SELECT * FROM servers").all(),
    );
  }

  /** Servers and tools of one moment. */
  all(): { readonly servers: ServerRow[]; readonly tools: ToolRow[] } {
    return this.#database.use((database) =>
      database.transaction(() => ({
        servers: database.query<ServerRow, []>("SELECT * FROM servers").all(),
        tools: database
          .query<ToolRow, []>("SELECT server, name, json FROM tools ORDER BY server, position")
          .all(),
      }))(),
    );
  }

  /** A server's tools, in the server's order. */
  tools(server: string): ToolRow[] {
    const sql = "SELECT server, name, json FROM tools WHERE server = ? ORDER BY position";
    return this.#database.use((database) => database.query<ToolRow, [string]>(sql).all(server));
  }

  /** The names of a server's tools, in the server's order. */
  toolNames(server: string): string[] {
    const sql = "SELECT name FROM tools WHERE server = ? ORDER BY position";
    return this.#database
      .use((database) => database.query<{ name: string }, [string]>(sql).all(server))
      .map(({ name }) => name);
  }

  tool(server: string, name: string): ToolRow | undefined {
    const sql = "SELECT server, name, json FROM tools WHERE server = ? AND name = ?";
    return this.#database.use(
      (database) => database.query<ToolRow, [string, string]>(sql).get(server, name) ?? undefined,
    );
  }

  /** Replaces everything known of one server, in one transaction; its failure is forgotten. */
  replaceServer(
    name: string,
    entry: { readonly fingerprint: string; readonly at: number; readonly listing: ServerListing },
  ): void {
    const { fingerprint, at, listing } = entry;
    const row = [
      name,
      fingerprint,
      at,
      hashTools(listing.tools),
      listing.tools.length,
      listing.serverTitle ?? null,
      listing.instructions ?? null,
    ];
    this.#database.use((database) => {
      const replace = database.transaction(() => {
        database.run("DELETE FROM tools WHERE server = ?", [name]);
        insertTools(database, name, listing.tools);
        database.run("INSERT OR REPLACE INTO servers VALUES (?, ?, ?, ?, ?, ?, ?)", row);
        database.run("DELETE FROM failures WHERE server = ?", [name]);
      });
      replace.immediate();
    });
  }

  /** Beside what is known of the server, and until its tools are stored again. */
  recordFailure({ server, fingerprint, failed_at: at, code, message, fix }: FailureRow): void {
    this.#database.use((database) =>
      database.run("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?)", [
        server,
        fingerprint,
        at,
        code,
        message,
        fix,
      ]),
    );
  }

  close(): void {
    this.#database.close();
  }
}

function insertTools(database: Database, server: string, tools: readonly ListedTool[]): void {
  const insert = database.query("INSERT INTO tools VALUES (?, ?, ?, ?)");
  for (const [position, { name, json }] of tools.entries())
    insert.run(server, name, position, json);
}

function hashTools(tools: readonly ListedTool[]): string {
  const hasher = new Bun.CryptoHasher("sha256");
  for (const { json } of tools) hasher.update(json).update("\n");
  return hasher.digest("hex").slice(0, 32);
}
