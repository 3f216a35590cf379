import { type JournalRun, loadJournal, saveJournal } from "../config/migrate/journal.ts";
import { type FileUndo, planUndo, runsToUndo, undoFile } from "../config/migrate/undo-migration.ts";
import { McpzipError } from "../core/error.ts";
import { homeOf, type Paths, resolvePaths } from "../platform/paths.ts";
import { textOf } from "./args.ts";
import { definitionList } from "./columns.ts";
import type { CommandContext, Flags } from "./command.ts";
import { confirm } from "./confirm.ts";
import { journalFile, lockMigrations, timestamp } from "./migrate-setup.ts";
import type { ExitCode } from "./report-error.ts";
import { bold, red, yellow } from "./style.ts";

/** Undoes the last migration, after showing what that means and asking. */
export async function undoMigration(
  flags: Flags,
  { env, output }: CommandContext,
): Promise<ExitCode> {
  const home = homeOf(env);
  const paths = resolvePaths(home, textOf(flags, "config"));
  const isForced = flags.force === true;
  const isJson = flags.json === true;
  const { undone } = runsToUndo(await loadJournal(journalFile(paths)));
  const plan = await planUndo(undone, { isForced });
  const show = (isDone: boolean) =>
    output.print(isJson ? undoJson(plan, isDone) : undoScreen(plan, { home, isDone }));
  if (plan.length === 0 || flags["dry-run"] === true) {
    show(false);
    return 0;
  }
  if (plan.some(({ kind }) => kind === "refused")) {
    show(false);
    output.printError(REFUSED);
    return 1;
  }
  if (flags.yes !== true) {
    if (!isJson) show(false);
    const fix = "mcpzip migrate --undo --yes, or --dry-run to look first";
    const isWanted = await confirm("Undo this?", { fix, isQuiet: isJson });
    if (isWanted !== true) {
      output.printError("Nothing has been changed.");
      return isWanted === false ? 0 : 130;
    }
  }
  await undoAll(plan, { paths, isForced, undone });
  if (flags.yes === true || isJson) show(true);
  else output.print("\nUndone. Restart the clients that are running.");
  return 0;
}

const REFUSED = [
  "Nothing has been undone.",
  "  fix   mcpzip migrate --undo --force brings the backups back; what is there now is kept beside them",
].join("\n");

/** The journal forgets a migration only when all of it is undone, so a second try goes on. */
async function undoAll(
  plan: readonly FileUndo[],
  { paths, isForced, undone }: { paths: Paths; isForced: boolean; undone: readonly JournalRun[] },
): Promise<void> {
  const lock = await lockMigrations(paths);
  try {
    const path = journalFile(paths);
    const runs = runsToUndo(await loadJournal(path));
    if (!Bun.deepEquals(runs.undone, undone)) throw changedMeanwhile();
    const options = { lockFile: paths.editLockFile, stamp: timestamp(), isForced };
    for (const undo of plan) await undoFile(undo, options);
    await saveJournal(path, runs.remaining);
  } finally {
    lock.release();
  }
}

/** While somebody was asked: what the journal would forget now is not what was shown. */
function changedMeanwhile(): McpzipError {
  return new McpzipError("CONFIG_UNWRITABLE", "another mcpzip migrate has run in the meantime", {
    why: "nothing has been undone",
    fix: "look again: mcpzip migrate --undo --dry-run",
  });
}

function undoScreen(
  plan: readonly FileUndo[],
  { home, isDone }: { home: string; isDone: boolean },
): string {
  if (plan.length === 0) return "There is no migration to undo.";
  const rows = plan.map((undo): [string, string] => [
    undo.file.path.replace(`${home}/`, "~/"),
    undoText(undo),
  ]);
  return [bold(isDone ? "Undone" : "To be undone"), ...definitionList(rows)].join("\n");
}

function undoText({ kind, why = "" }: FileUndo): string {
  switch (kind) {
    case "restore":
      return "as it was before";
    case "remove":
      return "removed: it was not there before";
    case "none":
      return "already as it was before";
    case "merge":
      return yellow("changed since: only its servers come back");
    case "keep":
      return yellow("changed since: stays as it is");
    case "refused":
      return red(why);
    default:
      return kind satisfies never;
  }
}

function undoJson(plan: readonly FileUndo[], isDone: boolean): string {
  const files = plan.map(({ file, kind, why }) => ({
    client: file.client,
    path: file.path,
    action: kind,
    why,
  }));
  return JSON.stringify({ applied: isDone, files }, undefined, 2);
}
