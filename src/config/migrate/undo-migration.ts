import { realpath, rm, stat } from "node:fs/promises";
import { errorMessage, McpzipError } from "../../core/error.ts";
import { writeFileAtomically } from "../../platform/atomic-file.ts";
import { CLIENTS } from "../clients/all-clients.ts";
import { valueAt } from "../clients/client.ts";
import { parseClientText } from "../clients/client-file.ts";
import { editTextFile } from "../edit-file.ts";
import { editJsonc, type ConfigEdit } from "../edit-jsonc.ts";
import { parseJsonc } from "../parse-jsonc.ts";
import { decodeText } from "../text-encoding.ts";
import type { JournalFile, JournalRun } from "./journal.ts";
import { hashOf, readBytes } from "./replace-text.ts";

/** What undoing does, or has done, to one file. */
export interface FileUndo {
  readonly file: JournalFile;
  readonly kind: UndoKind;
  /** For `refused`. */
  readonly why?: string | undefined;
}

/**
 * restore: its bytes come back. remove: it was not there before. none: it is already as it was.
 * merge: it has been changed since, so only the servers are put back. keep: mcpzip's own config, changed
 * since, stays. refused: it has been changed since, and only `--force` brings the backup back.
 */
export type UndoKind = "restore" | "remove" | "none" | "merge" | "keep" | "refused";

/** The last run, and those before it that were interrupted; and the runs that remain. */
export function runsToUndo(runs: readonly JournalRun[]): {
  undone: readonly JournalRun[];
  remaining: readonly JournalRun[];
} {
  let from = runs.length - 1;
  while (from > 0 && runs[from - 1]?.isDone === false) from -= 1;
  return { undone: runs.slice(Math.max(from, 0)), remaining: runs.slice(0, Math.max(from, 0)) };
}

/** What undoing will do, file by file, in the order in which it must: clients first, the latest run first. */
export async function planUndo(
  runs: readonly JournalRun[],
  { isForced }: { isForced: boolean },
): Promise<FileUndo[]> {
  const files = runs.toReversed().flatMap((run) => run.files.toReversed());
  const undos: FileUndo[] = [];
  // A file that two runs have changed is, for the earlier one, as the later one found it.
  const found = new Map<string, string | undefined>();
  for (const file of files) {
    const current = found.has(file.path) ? found.get(file.path) : await currentHash(file.path);
    const undo = await undoOf(file, { current, isForced });
    undos.push(undo);
    const isBack = undo.kind === "restore" || undo.kind === "remove";
    found.set(file.path, isBack ? file.before : current);
  }
  return undos;
}

async function undoOf(
  file: JournalFile,
  { current, isForced }: { current: string | undefined; isForced: boolean },
): Promise<FileUndo> {
  if (current === file.before) return { file, kind: "none" };
  const backup = file.backup && (await readBytes(file.backup));
  if (file.backup !== undefined && (!backup || hashOf(backup) !== file.before))
    return { file, kind: "refused", why: `its backup ${file.backup} is gone or changed` };
  if (current === file.after || isForced)
    return { file, kind: file.backup === undefined ? "remove" : "restore" };
  if (file.client === "mcpzip") return { file, kind: "keep" };
  const client = CLIENTS.find(({ id }) => id === file.client);
  if (client?.format === "json") return { file, kind: "merge" };
  return { file, kind: "refused", why: "it has been changed since" };
}

export interface UndoOptions {
  readonly lockFile: string;
  readonly isForced: boolean;
  /** Names the copies that are kept of files that a forced undo replaces. */
  readonly stamp: string;
}

/** Undoes one file. Throws CONFIG_UNWRITABLE or CONFIG_INVALID; then the file is as it was. */
export async function undoFile({ file, kind }: FileUndo, options: UndoOptions): Promise<void> {
  switch (kind) {
    case "restore":
      await restore(file, options);
      return;
    case "remove":
      await removeFile(file, options);
      return;
    case "merge":
      await putBack(file, options);
      return;
    case "none":
      if (file.backup !== undefined) await rm(file.backup, { force: true });
      return;
    case "keep":
    case "refused":
      return;
    default:
      kind satisfies never;
  }
}

/** The bytes as they were, through a link and with the file's mode. */
async function restore(file: JournalFile, options: UndoOptions): Promise<void> {
  const { path, backup = "" } = file;
  try {
    const bytes = await readBytes(backup);
    if (bytes === undefined) throw new Error("its backup is gone");
    const target = await realpath(path).catch(() => path);
    await keepChanges(file, options);
    const mode = await stat(target).then(
      (stats) => stats.mode & 0o777,
      () => 0o600,
    );
    await writeFileAtomically(target, bytes, { mode });
    await rm(backup, { force: true });
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

async function removeFile(file: JournalFile, options: UndoOptions): Promise<void> {
  try {
    await keepChanges(file, options);
    await rm(file.path, { force: true });
  } catch (cause) {
    throw unwritable(file.path, cause);
  }
}

/** What somebody has changed since is not thrown away, even by force. */
async function keepChanges(
  { path, after }: JournalFile,
  { stamp, isForced }: UndoOptions,
): Promise<void> {
  const bytes = await readBytes(path);
  if (bytes === undefined || hashOf(bytes) === after) return;
  if (!isForced) throw new Error("it has been changed just now");
  await writeFileAtomically(`${path}.mcpzip-undone-${stamp}`, bytes);
}

/** Puts the servers of the backup into the file as it is today, and takes mcpzip out. */
async function putBack(file: JournalFile, { lockFile }: UndoOptions): Promise<void> {
  const client = CLIENTS.find(({ id }) => id === file.client);
  const bytes = await readBytes(file.backup ?? "");
  if (client === undefined || bytes === undefined) return;
  const source = { file: file.path, text: decodeText(bytes, file.path).text };
  const before = await parseClientText(client, source);
  const change = (text: string) => {
    const now = text.trim() === "" ? {} : parseJsonc({ file: file.path, text });
    return editJsonc(text, editsBack(file, { before, now }), file.path);
  };
  await editTextFile(file.path, change, { lockFile });
}

/** A server that somebody has written since, under a name that went, is not replaced. */
function editsBack(
  { tables }: JournalFile,
  { before, now }: { before: unknown; now: unknown },
): ConfigEdit[] {
  return tables.flatMap(({ at, removed, added }): ConfigEdit[] => {
    const isNew = (name: string) =>
      !added.includes(name) && valueAt(now, [...at, name]) !== undefined;
    const back = removed.filter((name) => !isNew(name));
    const gone = added.filter((name) => !removed.includes(name));
    return [
      ...back.map((name) => ({ path: [...at, name], value: valueAt(before, [...at, name]) })),
      ...gone.map((name) => ({ path: [...at, name], value: undefined })),
    ];
  });
}

async function currentHash(path: string): Promise<string | undefined> {
  const bytes = await readBytes(path);
  return bytes && hashOf(bytes);
}

function unwritable(path: string, cause: unknown): McpzipError {
  return new McpzipError("CONFIG_UNWRITABLE", `cannot restore ${path}`, {
    why: errorMessage(cause),
    fix: "copy its backup over it yourself",
    cause,
  });
}
