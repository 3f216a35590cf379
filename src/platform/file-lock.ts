import { Database, SQLiteError } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** Between two attempts at a lock that another process holds, unless the caller has more time. */
const RETRY_MS = 40;

export interface FileLock {
  release(): void;
}

/**
 * Takes a lock that all processes of this machine respect, or gives undefined after `timeoutMs`. A killed
 * process cannot leave it behind: it is SQLite's lock on a file, which the system drops with the process.
 */
export async function acquireFileLock(
  path: string,
  options: {
    readonly timeoutMs: number;
    readonly retryMs?: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<FileLock | undefined> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const lock = tryLock(path);
    if (lock !== undefined) return lock;
    if (performance.now() >= deadline || options.signal?.aborted === true) return undefined;
    await Bun.sleep(options.retryMs ?? RETRY_MS);
  }
}

/** The lock if it is free at this moment. */
export function tryLock(path: string): FileLock | undefined {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new Database(path, { create: true });
  try {
    database.run("PRAGMA busy_timeout = 0");
    database.run("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY") === true)
      return undefined;
    throw error;
  }
  return { release: () => database.close() };
}
