import { readFile, rm, stat } from "node:fs/promises";
import { errorMessage, isSystemError, McpzipError } from "../../core/error.ts";
import { writeFileAtomically } from "../../platform/atomic-file.ts";
import { editTextFile } from "../edit-file.ts";
import { decodeText } from "../text-encoding.ts";
import type { JournalFile, RunningJournal } from "./journal.ts";

/** How often a client may change its file between our look at it and our write. */
const MAX_ATTEMPTS = 5;

export interface Replacement {
  readonly path: string;
  readonly client: string;
  readonly tables: JournalFile["tables"];
  /** The new text for the old one; "" for a file that is not there. */
  rewrite(text: string): Promise<string> | string;
}

export interface ReplaceOptions {
  readonly journal: RunningJournal;
  readonly lockFile: string;
  /** Makes the names of backups unique. */
  readonly stamp: string;
}

/**
 * Rewrites a file so that it can be undone: a line in the journal, a backup beside it, then the file, whole
 * or not at all. When another program writes it meanwhile, all of that begins anew. Returns the backup's
 * path, or undefined when there was nothing to change or nothing to back up.
 */
export async function replaceText(
  replacement: Replacement,
  options: ReplaceOptions,
): Promise<string | undefined> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const outcome = await tryReplace(replacement, options);
    if (outcome.isDone) return outcome.backup;
  }
  throw new McpzipError("CONFIG_UNWRITABLE", `cannot change ${replacement.path}`, {
    why: "another program keeps changing it",
    fix: "close that program, then try again",
  });
}

/** Thrown to leave an edit, and caught here. */
class ChangedMeanwhile extends Error {}

async function tryReplace(
  { path, client, tables, rewrite }: Replacement,
  { journal, lockFile, stamp }: ReplaceOptions,
): Promise<{ isDone: boolean; backup?: string | undefined }> {
  const before = await readBytes(path);
  const { text, encode } = decodeText(before ?? new Uint8Array(), path);
  const changed = await rewrite(text);
  if (changed === text) return { isDone: true };
  // Beside the name that the client knows, which may be a link into somebody's repository.
  const backup = before && `${path}.mcpzip-backup-${stamp}`;
  try {
    // First, so that undoing finds the backup whatever happens next.
    await journal.announce({
      client,
      path,
      after: hashOf(encode(changed)),
      tables,
      ...(before && { before: hashOf(before) }),
      ...(backup !== undefined && { backup }),
    });
    if (before && backup !== undefined) await writeBackup(backup, { path, bytes: before });
    await editTextFile(path, (now) => (now === text ? changed : changedMeanwhile()), { lockFile });
    return { isDone: true, backup };
  } catch (error) {
    await journal.withdraw(path);
    if (backup !== undefined) await rm(backup, { force: true });
    if (error instanceof ChangedMeanwhile) return { isDone: false };
    throw error;
  }
}

function changedMeanwhile(): never {
  throw new ChangedMeanwhile();
}

async function writeBackup(
  backup: string,
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
): Promise<void> {
  try {
    // Readable for whom the file is, and no one else; writable, so that undo can remove it anywhere.
    const mode = ((await stat(path)).mode & 0o777) | 0o600;
    await writeFileAtomically(backup, bytes, { mode });
  } catch (cause) {
    throw new McpzipError("CONFIG_UNWRITABLE", `cannot write a backup of ${path}`, {
      why: errorMessage(cause),
      fix: "make its folder writable",
      cause,
    });
  }
}

export async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

export function hashOf(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}
