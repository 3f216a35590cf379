import { errorMessage, McpzipError } from "../core/error.ts";
import type { Log } from "../platform/log.ts";
import type { RawJson } from "../rpc/raw-json.ts";
import type { CallCount, CallLogStore, Outcome } from "./call-log-store.ts";
import { latencyBucket } from "./latency-bucket.ts";

/** A call that is over, by its names only. */
export interface FinishedCall {
  /** Empty for our own three tools. */
  readonly server: string;
  readonly tool: string;
  readonly ms: number;
  readonly outcome: Outcome;
}

export interface CallLogOptions {
  readonly open: () => Promise<CallLogStore>;
  readonly log: Log;
  readonly now: () => number;
  /** How long counts may wait in memory. */
  readonly flushMs?: number;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const FLUSH_MS = 10_000;

/**
 * Counts calls in memory, where that costs a call nothing that could be felt, and adds the counts to the file now
 * and then. It never throws: no call may fail for the sake of statistics.
 */
export class CallLog {
  readonly #options: CallLogOptions;
  #counts = new Map<string, Mutable<CallCount>>();
  #store: Promise<CallLogStore> | undefined;
  #timer: Timer | undefined;
  #hasFailed = false;

  constructor(options: CallLogOptions) {
    this.#options = options;
  }

  record({ server, tool, ms, outcome }: FinishedCall): void {
    const bucket = latencyBucket(ms);
    const key = `${server}\n${tool}\n${outcome}\n${bucket}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { server, tool, outcome, bucket, count: 1 });
    else known.count++;
    this.#timer ??= setTimeout(() => void this.#flush(), this.#options.flushMs ?? FLUSH_MS);
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    await this.#flush();
    const store = await this.#store?.catch(() => undefined);
    store?.[Symbol.dispose]();
    this.#store = undefined;
  }

  /** What cannot be written now is written with what comes next. */
  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#counts.size === 0) return;
    const { log, now } = this.#options;
    try {
      const store = await (this.#store ??= this.#open());
      const counts = this.#counts;
      store.add(counts.values(), now());
      this.#counts = new Map();
    } catch (error) {
      const say = this.#hasFailed ? log.debug : log.warn;
      say(`call log: not written for now (${errorMessage(error)})`);
      this.#hasFailed = true;
    }
  }

  async #open(): Promise<CallLogStore> {
    try {
      return await this.#options.open();
    } catch (error) {
      // The next time tries again.
      this.#store = undefined;
      throw error;
    }
  }
}

/** Runs a call and records how it ended; without a log it only runs. */
export async function recorded(
  calls: CallLog | undefined,
  { server, tool }: Pick<FinishedCall, "server" | "tool">,
  call: () => Promise<RawJson>,
): Promise<RawJson> {
  if (calls === undefined) return call();
  const startedAt = performance.now();
  const record = (outcome: Outcome) =>
    calls.record({ server, tool, ms: performance.now() - startedAt, outcome });
  try {
    const result = await call();
    record(saysError(result) ? "IS_ERROR" : "OK");
    return result;
  } catch (error) {
    record(error instanceof McpzipError ? error.code : "INTERNAL");
    throw error;
  }
}

const ERROR_KEY = Buffer.from('"isError"');

/** A result is as large as it likes, and nearly none says it: so its members are read only where the word is. */
function saysError(result: RawJson): boolean {
  if (!result.bytes.includes(ERROR_KEY)) return false;
  try {
    return result.members().get("isError")?.text() === "true";
  } catch {
    // No JSON, which is the host's to judge: here it only goes uncounted.
    return false;
  }
}
