import { Database, SQLiteError } from "bun:sqlite";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { errorMessage } from "../core/error.ts";
import type { Log } from "./log.ts";

const OPEN_TIMEOUT_MS = 1500;

export interface CacheDatabaseOptions {
  /** Opens each line in the log. */
  readonly name: string;
  readonly log: Log;
  /** Raised whenever the tables change; a file of another version is set aside and built anew. */
  readonly version: number;
  /** SQL that creates the tables in an empty file. */
  readonly tables: string;
  /** A query that fails when the tables are not there. */
  readonly probe: string;
  /** How long a statement waits for another process that is writing; nothing else is done meanwhile. */
  readonly busyTimeoutMs: number;
}

/**
 * A SQLite file (mode 0600) of things that can be had again, shared by all processes of a user. One that
 * is locked, corrupt or of another version is set aside; where the disk refuses us altogether the cache
 * lives in memory. Both are logged, neither is fatal.
 */
export class CacheDatabase {
  readonly #path: string;
  readonly #options: CacheDatabaseOptions;
  #database: Database;
  #rebuilds = 0;

  constructor(path: string, options: CacheDatabaseOptions) {
    this.#path = path;
    this.#options = options;
    this.#database = this.#open();
  }

  /** How often the file has been built anew: what was read before that is of another file. */
  get rebuilds(): number {
    return this.#rebuilds;
  }

  /** Damage may show only when a page is read: then the file is set aside and the work done on a new one. */
  use<T>(work: (database: Database) => T): T {
    try {
      return work(this.#database);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#database.close();
      this.#database = this.#openAnew(errorMessage(error));
      return work(this.#database);
    }
  }

  close(): void {
    this.#database.close();
  }

  #open(): Database {
    try {
      return openFile(this.#path, this.#options);
    } catch (error) {
      return this.#openAnew(errorMessage(error));
    }
  }

  #openAnew(fault: string): Database {
    const { name, log } = this.#options;
    this.#rebuilds++;
    try {
      moveAside(this.#path);
      const database = openFile(this.#path, this.#options);
      log.warn(`${name}: cannot use ${this.#path} (${fault}); it is built anew`);
      return database;
    } catch (error) {
      log.warn(`${name}: kept in memory only (${errorMessage(error)})`);
      return prepare(new Database(":memory:"), this.#options);
    }
  }
}

function isDamage(error: unknown): boolean {
  return (
    error instanceof SQLiteError && ["SQLITE_CORRUPT", "SQLITE_NOTADB"].includes(error.code ?? "")
  );
}

/** Two processes that create the file at once get in each other's way for a moment. */
function openFile(path: string, options: CacheDatabaseOptions): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const deadline = performance.now() + OPEN_TIMEOUT_MS;
  for (;;) {
    try {
      return openOnce(path, options);
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      Bun.sleepSync(10);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY") === true;
}

function openOnce(path: string, options: CacheDatabaseOptions): Database {
  const database = new Database(path, { create: true });
  try {
    chmodSync(path, 0o600);
    return prepare(database, options);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Throws when the file is no database, is damaged, or has another version's tables. */
function prepare(
  database: Database,
  { version, tables, probe, busyTimeoutMs }: CacheDatabaseOptions,
): Database {
  database.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  // With the write-ahead log a loss of power costs the last entries and damages nothing.
  database.run("PRAGMA synchronous = NORMAL");
  const found = versionOf(database);
  if (found === version) {
    database.query(probe).all();
    return database;
  }
  if (found !== 0) throw new Error(`written by another version (${found})`);
  database.run("PRAGMA journal_mode = WAL");
  database
    .transaction(() => {
      if (versionOf(database) === 0) {
        database.run(tables);
        database.run(`PRAGMA user_version = ${version}`);
      }
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
