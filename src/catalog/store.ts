import { Database, SQLiteError } from "bun:sqlite";
import { chmodSync, mkdirSync, renameSync, rmSync, existsSync } from "node:fs";
import { dirname } from "node:path";
import { errorMessage } from "../core/error.ts";
import type { ListedTool, ServerListing } from "../core/tool.ts";
import type { Log } from "../platform/log.ts";

/** Raised whenever the tables change; a file of another version is set aside and built anew. */
const SCHEMA_VERSION = 2;
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
  PRAGMA user_version = ${SCHEMA_VERSION};
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

/** The catalog's file: which tools each server had when it was last asked. Shared by all processes of a user. */
export class CatalogStore {
  readonly #path: string;
  readonly #log: Log;
  #database: Database;
  #rebuilds = 0;

  /**
   * Opens or creates the file (mode 0600). One that is locked, corrupt or of another version is set
   * aside; where the disk refuses us altogether the catalog lives in memory. Both are logged, neither
   * is fatal.
   */
  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
    this.#database = this.#open();
  }

  /** Changes whenever another process has written, or the file has been built anew. */
  dataVersion(): string {
    const row = this.#mending((database) =>
      database.query<{ data_version: number }, []>("PRAGMA data_version").get(),
    );
    return `${this.#rebuilds}.${row?.data_version ?? 0}`;
  }

  servers(): ServerRow[] {
    return this.#mending((database) =>
      database.query<ServerRow, []>("SELECT * FROM servers").all(),
    );
  }

  /** Servers and tools of one moment. */
  all(): { readonly servers: ServerRow[]; readonly tools: ToolRow[] } {
    return this.#mending((database) =>
      database.transaction(() => ({
        servers: database.query<ServerRow, []>("SELECT * FROM servers").all(),
        tools: database
          .query<ToolRow, []>("SELECT server, name, json FROM tools ORDER BY server, position")
          .all(),
      }))(),
    );
  }

  /** The names of a server's tools, in the server's order. */
  toolNames(server: string): string[] {
    const sql = "SELECT name FROM tools WHERE server = ? ORDER BY position";
    return this.#mending((database) =>
      database.query<{ name: string }, [string]>(sql).all(server),
    ).map(({ name }) => name);
  }

  tool(server: string, name: string): ToolRow | undefined {
    const sql = "SELECT server, name, json FROM tools WHERE server = ? AND name = ?";
    return this.#mending(
      (database) => database.query<ToolRow, [string, string]>(sql).get(server, name) ?? undefined,
    );
  }

  /** Replaces everything known of one server, in one transaction. */
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
    this.#mending((database) => {
      const replace = database.transaction(() => {
        database.run("DELETE FROM tools WHERE server = ?", [name]);
        insertTools(database, name, listing.tools);
        database.run("INSERT OR REPLACE INTO servers VALUES (?, ?, ?, ?, ?, ?, ?)", row);
      });
      replace.immediate();
    });
  }

  close(): void {
    this.#database.close();
  }

  #open(): Database {
    try {
      return openFile(this.#path);
    } catch (error) {
      return this.#openAnew(errorMessage(error));
    }
  }

  #openAnew(fault: string): Database {
    this.#rebuilds++;
    try {
      moveAside(this.#path);
      const database = openFile(this.#path);
      this.#log.warn(`catalog: cannot use ${this.#path} (${fault}); it is built anew`);
      return database;
    } catch (error) {
      this.#log.warn(`catalog: kept in memory only (${errorMessage(error)})`);
      return prepare(new Database(":memory:"));
    }
  }

  /** Damage may show only when a page is read: then the file is set aside and the work done on a new one. */
  #mending<T>(work: (database: Database) => T): T {
    try {
      return work(this.#database);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#database.close();
      this.#database = this.#openAnew(errorMessage(error));
      return work(this.#database);
    }
  }
}

function insertTools(database: Database, server: string, tools: readonly ListedTool[]): void {
  const insert = database.query("INSERT INTO tools VALUES (?, ?, ?, ?)");
  for (const [position, { name, json }] of tools.entries())
    insert.run(server, name, position, json);
}

function isDamage(error: unknown): boolean {
  return (
    error instanceof SQLiteError && ["SQLITE_CORRUPT", "SQLITE_NOTADB"].includes(error.code ?? "")
  );
}

/** Two processes that create the file at once get in each other's way for a moment. */
function openFile(path: string): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      return openOnce(path);
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      Bun.sleepSync(10);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY") === true;
}

function openOnce(path: string): Database {
  const database = new Database(path, { create: true });
  try {
    chmodSync(path, 0o600);
    return prepare(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Throws when the file is no database, is damaged, or has another version's tables. */
function prepare(database: Database): Database {
  database.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  const version = versionOf(database);
  if (version === SCHEMA_VERSION) {
    // Throws when the tables are not there.
    database.query("SELECT 1 FROM servers, tools LIMIT 0").all();
    return database;
  }
  if (version !== 0) throw new Error(`written by another version (${version})`);
  database.run("PRAGMA journal_mode = WAL");
  database
    .transaction(() => {
      if (versionOf(database) === 0) database.run(CREATE_TABLES);
    })
    .immediate();
  return database;
}

function versionOf(database: Database): number {
  const row = database.query<{ user_version: number }, []>("PRAGMA user_version").get();
  return row?.user_version ?? 0;
}

function moveAside(path: string): void {
  if (!existsSync(path)) return;
  renameSync(path, `${path}.aside-${new Date().toISOString().replace(/[:.]/g, "-")}`);
  // What the old file's journal held belongs to the old file.
  for (const suffix of ["-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
}

function hashTools(tools: readonly ListedTool[]): string {
  const hasher = new Bun.CryptoHasher("sha256");
  for (const { json } of tools) hasher.update(json).update("\n");
  return hasher.digest("hex").slice(0, 32);
}
