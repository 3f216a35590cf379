import { access, constants, readFile, readlink, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorMessage, isSystemError, McpzipError } from "../core/error.ts";
import { writeFileAtomically } from "../platform/atomic-file.ts";
import { acquireFileLock, type FileLock } from "../platform/file-lock.ts";
import { decodeText } from "./text-encoding.ts";

/** An edit takes milliseconds, so whoever waits this long waits for a process that hangs. */
const LOCK_TIMEOUT_MS = 10_000;

/** How often a file may change under our hands, by a program that knows nothing of our lock. */
const MAX_ATTEMPTS = 5;

export interface EditOptions {
  /** `editLockFile` of platform/paths: one for all files, however they are named. */
  readonly lockFile: string;
  readonly signal?: AbortSignal | undefined;
  /** Gives up on the lock after this long. */
  readonly timeoutMs?: number;
}

/**
 * Reads a text file, changes it, and writes it whole or not at all: under a lock between mcpzip processes,
 * into the file that a link leads to, with the file's own encoding and mode (0600 for a new one). A file that
 * is not there counts as empty. Says whether the file was written. Throws CONFIG_UNWRITABLE, CONFIG_INVALID
 * for what is no text, and whatever `change` throws; then the file is as it was.
 */
export async function editTextFile(
  path: string,
  change: (text: string) => string,
  options: EditOptions,
): Promise<boolean> {
  const lock = await takeLock(path, options);
  try {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      options.signal?.throwIfAborted();
      const outcome = await tryEdit(await targetOf(path), change);
      if (outcome !== "retry") return outcome === "written";
    }
    throw unwritable(
      path,
      "another program keeps changing it",
      "close that program, then try again",
    );
  } finally {
    lock.release();
  }
}

async function tryEdit(
  file: string,
  change: (text: string) => string,
): Promise<"written" | "same" | "retry"> {
  const before = await readBytes(file);
  const { text, encode } = decodeText(before ?? new Uint8Array(), file);
  const changed = change(text);
  if (changed === text) return "same";
  if (before !== undefined) await refuseReadOnly(file);
  const now = await readBytes(file);
  if (!isSame(before, now)) return "retry";
  try {
    const mode = before === undefined ? 0o600 : (await stat(file)).mode & 0o777;
    await writeFileAtomically(file, encode(changed), { mode });
  } catch (cause) {
    throw unwritable(file, errorMessage(cause), `make ${dirname(file)} writable`, cause);
  }
  return "written";
}

async function takeLock(
  path: string,
  { lockFile, signal, timeoutMs = LOCK_TIMEOUT_MS }: EditOptions,
): Promise<FileLock> {
  const lock = await acquireLock(lockFile, { timeoutMs, signal });
  if (lock !== undefined) return lock;
  signal?.throwIfAborted();
  const why = `another mcpzip process has been changing a config file for ${timeoutMs / 1000} s`;
  throw unwritable(path, why, "end that process, then try again");
}

async function acquireLock(
  lockFile: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
): Promise<FileLock | undefined> {
  try {
    return await acquireFileLock(lockFile, options);
  } catch (cause) {
    throw unwritable(lockFile, errorMessage(cause), `make ${dirname(lockFile)} writable`, cause);
  }
}

/** Where the file really is; of a link that leads nowhere yet, where it leads. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // Not there, or a link to something that is not: reading says what is wrong otherwise.
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? path : resolve(await realpath(dirname(path)), link);
  }
}

async function readBytes(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (cause) {
    if (isSystemError(cause, "ENOENT")) return undefined;
    throw unwritable(file, errorMessage(cause), `make it readable: chmod u+rw ${file}`, cause);
  }
}

/** Renaming over it would work all the same, and be against its owner's will. */
async function refuseReadOnly(file: string): Promise<void> {
  const isMarked = ((await stat(file)).mode & 0o222) === 0;
  const mayWrite = await access(file, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (isMarked || !mayWrite)
    throw unwritable(
      file,
      "it is read-only",
      `make it writable, or change it by hand: chmod u+w ${file}`,
    );
}

function isSame(before: Uint8Array | undefined, now: Uint8Array | undefined): boolean {
  if (before === undefined || now === undefined) return before === now;
  return Buffer.compare(before, now) === 0;
}

function unwritable(file: string, why: string, fix: string, cause?: unknown): McpzipError {
  return new McpzipError("CONFIG_UNWRITABLE", `cannot change ${file}`, { why, fix, cause });
}
