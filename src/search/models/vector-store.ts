import type { Database } from "bun:sqlite";
import type { Log } from "../../platform/log.ts";
import { CacheDatabase } from "../../platform/cache-database.ts";

/** Raised whenever the tables, the keys or the bytes change. */
const VERSION = 1;
const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT_DAYS = 30;
/** Some 80,000 vectors of 768 numbers. */
const MAX_BYTES = 64 * 1024 * 1024;
const BUSY_TIMEOUT_MS = 500;

/** The table keeps its rowid: without it every row of more than 1 kB would fill a page of its own. */
const TABLES = `
  CREATE TABLE vectors (
    key BLOB NOT NULL,
    used_on INTEGER NOT NULL,
    bytes BLOB NOT NULL
  );
  CREATE UNIQUE INDEX vectors_by_key ON vectors (key);
`;

interface VectorRow {
  readonly used_on: number;
  readonly bytes: Uint8Array;
}

/** Vectors on disk by the hash of what they are of (`vectorKey`), as hexadecimal text. */
export class VectorStore {
  readonly #database: CacheDatabase;
  readonly #today: () => number;
  readonly #maxBytes: number;

  constructor(
    path: string,
    options: { readonly log: Log; readonly now?: () => number; readonly maxBytes?: number },
  ) {
    const { log, now = Date.now, maxBytes = MAX_BYTES } = options;
    this.#today = () => Math.floor(now() / DAY_MS);
    this.#maxBytes = maxBytes;
    this.#database = new CacheDatabase(path, {
      name: "search: the vectors",
      log,
      version: VERSION,
      tables: TABLES,
      probe: "SELECT 1 FROM vectors LIMIT 0",
      busyTimeoutMs: BUSY_TIMEOUT_MS,
    });
  }

  /** Those that are there; they count as used today. */
  load(keys: readonly string[]): Map<string, Int8Array> {
    const found = new Map<string, Int8Array>();
    const unused: string[] = [];
    this.#database.use((database) => {
      const select = database.query<VectorRow, [Uint8Array]>(
        "SELECT used_on, bytes FROM vectors WHERE key = ?",
      );
      for (const key of keys) {
        const row = select.get(Buffer.from(key, "hex"));
        if (row === null) continue;
        found.set(key, new Int8Array(row.bytes));
        if (row.used_on < this.#today()) unused.push(key);
      }
    });
    if (unused.length > 0) this.#touch(unused);
    return found;
  }

  #touch(keys: readonly string[]): void {
    this.#forEach(keys, (database) => {
      const touch = database.query("UPDATE vectors SET used_on = ? WHERE key = ?");
      return (key) => touch.run(this.#today(), key);
    });
  }

  save(vectors: ReadonlyMap<string, Int8Array>): void {
    this.#forEach([...vectors.keys()], (database) => {
      const insert = database.query("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)");
      return (key, name) => {
        insert.run(key, this.#today(), Uint8Array.from(vectors.get(name) ?? []));
      };
    });
  }

  remove(keys: readonly string[]): void {
    this.#forEach(keys, (database) => {
      const remove = database.query("DELETE FROM vectors WHERE key = ?");
      return (key) => remove.run(key);
    });
  }

  /** Writes something for each key, all in one transaction. */
  #forEach(
    keys: readonly string[],
    prepare: (database: Database) => (key: Uint8Array, name: string) => void,
  ): void {
    this.#database.use((database) => {
      const act = prepare(database);
      const write = database.transaction(() => {
        for (const key of keys) act(Buffer.from(key, "hex"), key);
      });
      write.immediate();
    });
  }

  /** Drops what nobody has used for 30 days, then what was used longest ago until the rest is small enough. */
  prune(): void {
    this.#database.use((database) => {
      database.run("DELETE FROM vectors WHERE used_on < ?", [this.#today() - KEPT_DAYS]);
      database.run(
        `DELETE FROM vectors WHERE rowid IN (
           SELECT rowid FROM (
             SELECT rowid, sum(length(bytes)) OVER (ORDER BY used_on DESC, rowid DESC) AS total
             FROM vectors
           ) WHERE total > ?
         )`,
        [this.#maxBytes],
      );
    });
  }

  close(): void {
    this.#database.close();
  }
}

/** The key of a text's vector: a hash, so that the file shows no text. */
export function vectorKey(space: string, text: string): string {
  return new Bun.CryptoHasher("sha256").update(space).update("\n").update(text).digest("hex");
}
