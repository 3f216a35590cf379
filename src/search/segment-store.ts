import { errorMessage } from "../core/error.ts";
import { CacheDatabase } from "../platform/cache-database.ts";
import type { Log } from "../platform/log.ts";
import { createSegment, type Segment } from "./segment.ts";

/** Raised whenever the same tools would be indexed or written differently. */
const FORMAT = 1;
const BUSY_TIMEOUT_MS = 1500;

const TABLES = `
  CREATE TABLE segments (
    server TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    ids TEXT NOT NULL,
    words TEXT NOT NULL,
    numbers BLOB NOT NULL,
    vectors BLOB NOT NULL,
    checksum INTEGER NOT NULL
  );
`;

/** A server's segment, under a key that stands for the tools it was made of. */
export interface StoredSegment {
  readonly server: string;
  readonly key: string;
  readonly segment: Segment;
}

interface SegmentRow {
  readonly server: string;
  readonly key: string;
  /** A line for each. */
  readonly ids: string;
  readonly words: string;
  /** Unsigned, 32 bits each, lowest byte first, as on every machine that Bun runs on. */
  readonly numbers: Uint8Array;
  readonly vectors: Uint8Array;
  /** CRC-32 of all four: what is damaged must not be searched. */
  readonly checksum: number;
}

/**
 * The segments on disk, one for each server, each under a key that stands for the tools it was made of. A
 * cache of work, so anything wrong with it only means to do the work again.
 */
export class SegmentStore {
  readonly #database: CacheDatabase;
  readonly #log: Log;

  constructor(path: string, log: Log) {
    this.#log = log;
    this.#database = new CacheDatabase(path, {
      name: "search",
      log,
      version: FORMAT,
      tables: TABLES,
      probe: "SELECT server, key, ids, words, numbers, vectors, checksum FROM segments LIMIT 0",
      busyTimeoutMs: BUSY_TIMEOUT_MS,
    });
  }

  /** The key of each server's segment. */
  keys(): ReadonlyMap<string, string> {
    const sql = "SELECT server, key FROM segments";
    const rows = this.#database.use((database) =>
      database.query<{ readonly server: string; readonly key: string }, []>(sql).all(),
    );
    return new Map(rows.map(({ server, key }) => [server, key]));
  }

  /** The segments of these keys, by server, as far as they are there and whole. */
  load(keys: ReadonlyMap<string, string>): StoredSegment[] {
    const sql = "SELECT * FROM segments WHERE server = ? AND key = ?";
    const rows = this.#database.use((database) => {
      const query = database.query<SegmentRow, [string, string]>(sql);
      return [...keys].flatMap(([server, key]) => query.get(server, key) ?? []);
    });
    return rows.flatMap((row) => {
      try {
        return { server: row.server, key: row.key, segment: fromRow(row) };
      } catch (error) {
        const { server } = row;
        this.#log.warn(`search: the index of ${server} ${errorMessage(error)}; indexing it anew`);
        return [];
      }
    });
  }

  save(server: string, key: string, segment: Segment): void {
    const { ids, words, numbers, vectors } = segment.parts;
    const parts = [ids, words, bytesOf(numbers), bytesOf(vectors)] as const;
    const row = [server, key, ...parts, checksumOf(parts)];
    this.#attempt(() =>
      this.#database.use((database) =>
        database.run("INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?, ?, ?, ?)", row),
      ),
    );
  }

  /** Forgets the segments of all other servers. */
  keepOnly(servers: readonly string[]): void {
    const marks = servers.map(() => "?").join(", ");
    this.#attempt(() =>
      this.#database.use((database) =>
        database.run(`DELETE FROM segments WHERE server NOT IN (${marks})`, [...servers]),
      ),
    );
  }

  close(): void {
    this.#database.close();
  }

  /** The disk may be full: then the next start indexes once more. */
  #attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#log.warn(`search: the index cannot be kept (${errorMessage(error)})`);
    }
  }
}

/** Throws when the row is damaged. */
function fromRow({ ids, words, numbers, vectors, checksum }: SegmentRow): Segment {
  if (checksumOf([ids, words, numbers, vectors]) !== checksum) throw new Error("is damaged");
  return createSegment({
    ids,
    words,
    // Copied, since SQLite's bytes need not lie where 32-bit numbers may.
    numbers: new Uint32Array(numbers.slice().buffer),
    vectors: new Int8Array(vectors.buffer, vectors.byteOffset, vectors.length),
  });
}

function bytesOf(array: Uint32Array | Int8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function checksumOf(parts: readonly (string | Uint8Array)[]): number {
  return parts.reduce((check: number, part) => Bun.hash.crc32(part, check), 0);
}
