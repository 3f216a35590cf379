import type { Log } from "../platform/log.ts";
import { CacheDatabase } from "../platform/cache-database.ts";
import type { ErrorCode } from "../core/error.ts";

/** `IS_ERROR`: the tool itself said that it had failed. */
export type Outcome = ErrorCode | "OK" | "IS_ERROR";

/** Calls that are alike: names, an outcome, about how long, and how many. Nothing of what was said. */
export interface CallCount {
  /** Empty for our own three tools. */
  readonly server: string;
  readonly tool: string;
  readonly outcome: Outcome;
  /** See `latencyBucket`. */
  readonly bucket: number;
  readonly count: number;
}

export interface DayCount extends CallCount {
  /** `2026-08-01`, by the clock of this machine. */
  readonly day: string;
}

const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;
/** A call that comes in meanwhile waits as long: better to count later. */
const BUSY_TIMEOUT_MS = 100;

const TABLES = `
  CREATE TABLE calls (
    day TEXT NOT NULL,
    server TEXT NOT NULL,
    tool TEXT NOT NULL,
    outcome TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, server, tool, outcome, bucket)
  ) WITHOUT ROWID;
`;

const ADD = `
  INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (day, server, tool, outcome, bucket) DO UPDATE SET count = count + excluded.count
`;

/** The call log's file. All mcpzip processes of a user add to it; days that are too old are dropped. */
export class CallLogStore implements Disposable {
  readonly #database: CacheDatabase;

  constructor(path: string, log: Log) {
    this.#database = new CacheDatabase(path, {
      name: "call log",
      log,
      version: 1,
      tables: TABLES,
      probe: "SELECT bucket, count FROM calls LIMIT 0",
      busyTimeoutMs: BUSY_TIMEOUT_MS,
    });
  }

  /** All of them or, when it throws, none. `now`: milliseconds since the epoch. */
  add(counts: Iterable<CallCount>, now: number): void {
    const day = dayOf(now);
    this.#database.use((database) => {
      const insert = database.query(ADD);
      const write = database.transaction(() => {
        for (const { server, tool, outcome, bucket, count } of counts)
          insert.run(day, server, tool, outcome, bucket, count);
        database.run("DELETE FROM calls WHERE day <= ?", [dayOf(now - KEPT_DAYS * DAY_MS)]);
      });
      write.immediate();
    });
  }

  /** What was counted in the last `days` days, today included. */
  last(days: number, now: number): DayCount[] {
    const sql = "SELECT * FROM calls WHERE day > ? AND day <= ?";
    return this.#database.use((database) =>
      database.query<DayCount, [string, string]>(sql).all(dayOf(now - days * DAY_MS), dayOf(now)),
    );
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

function dayOf(ms: number): string {
  const date = new Date(ms);
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}
