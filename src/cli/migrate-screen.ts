import type { Applied } from "../config/migrate/apply-migration.ts";
import type { MergedServer, ServerSource } from "../config/migrate/merge-servers.ts";
import type { FileChange } from "../config/migrate/plan-migration.ts";
import { oneLine } from "../core/one-line.ts";
import { definitionList, wrap } from "./columns.ts";
import { describeEntry } from "./describe-entry.ts";
import type { Plan } from "./migrate-setup.ts";
import { bold, dim, green, red, yellow } from "./style.ts";

/** What was found and what will be done. */
export function planScreen(plan: Plan, { isDry }: { isDry: boolean }): string {
  return [
    headline(plan),
    ...fileBlocks(plan),
    ...problemBlock(plan),
    ...projectBlock(plan),
    ...writeBlock(plan),
    ...variableBlock(plan),
    ...(isDry && !plan.isEmpty
      ? ["Nothing has been changed. Without --dry-run, mcpzip migrate asks and then does this."]
      : []),
  ].join("\n\n");
}

/** What was done. */
export function resultScreen(plan: Plan, { written, problems }: Applied): string {
  const rows = written.map(
    ({ path, backup }) => `  ${homely(path, plan)}${backup === undefined ? dim("  new") : ""}`,
  );
  const failed = problems.map(
    ({ path, why }) => `  ${red("!")} ${homely(path, plan)}\n      ${oneLine(why)}`,
  );
  const what = plan.isKept
    ? "The clients are as they were."
    : "Restart the clients that are running: they have mcpzip in place of these servers now.";
  return [
    [`${green("Written")}${backupText(written)}`, ...rows].join("\n"),
    ...(failed.length > 0 ? [[red("Not written"), ...failed].join("\n")] : []),
    `${what}\nTo go back: ${bold("mcpzip migrate --undo")}`,
  ].join("\n\n");
}

/** All backups of a run end alike. */
function backupText(written: Applied["written"]): string {
  const file = written.find(({ backup }) => backup !== undefined);
  if (file === undefined) return "";
  return `, each with a backup beside it: NAME${file.backup?.slice(file.path.length)}`;
}

function headline({ servers, left, clientCount, isEmpty, problems }: Plan): string {
  const sources = servers.flatMap((server) => server.sources);
  const count = sources.length + left.length;
  if (count === 0 && problems.length > 0) return "Nothing can be taken over.";
  if (count === 0 && clientCount === 0) return "No MCP client with a config file was found.";
  const where = `in ${counted(clientCount, "client")}`;
  if (count === 0) return `Nothing to take over: no servers but mcpzip ${where}.`;
  const found = `Found ${counted(count, "MCP server")} ${where}`;
  return isEmpty ? `${found}; there is nothing to do.` : `${found}.`;
}

const WIDTH = 100;
const MAX_PROJECTS = 10;
/** A remark needs room beside it. */
const MAX_WHAT_WIDTH = 44;

function fileBlocks(plan: Plan): string[] {
  const rows = [...takenRows(plan), ...leftRows(plan)].toSorted((a, b) => a.position - b.position);
  const widths: Widths = {
    name: widest(rows.map(({ name }) => name)),
    what: Math.min(widest(rows.map(({ what }) => what)), MAX_WHAT_WIDTH),
  };
  return [...Map.groupBy(rows, ({ path }) => path)].map(([path, found]) => {
    const title = bold(found[0]?.title ?? "");
    const shared = plan.shared.has(path) ? dim("  read, not rewritten: others may share it") : "";
    const lines = found.map((row) => rowText(row, widths));
    return [`${title}  ${homely(path, plan)}${shared}`, ...lines].join("\n");
  });
}

interface Row {
  readonly position: number;
  readonly path: string;
  readonly title: string;
  readonly name: string;
  readonly what: string;
  readonly remark: string;
}

interface Widths {
  readonly name: number;
  readonly what: number;
}

function rowText({ name, what, remark }: Row, widths: Widths): string {
  const head = `  ${padded(name, widths.name)}  `;
  if (what === "") {
    const indent = " ".repeat(widths.name + 4);
    return head + wrap(remark, WIDTH - indent.length).join(`\n${indent}`);
  }
  return `${head}${padded(what, widths.what)}  ${remark}`.trimEnd();
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => Bun.stringWidth(text)));
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
}

function takenRows({ servers }: Plan): Row[] {
  return servers.flatMap((server) =>
    server.sources.map((source, index) => ({
      position: source.position,
      path: source.path,
      title: source.client.title,
      name: oneLine(source.name),
      what: describeEntry(server.entry),
      remark: remarks(server, { source, index }).join(", "),
    })),
  );
}

function remarks(
  { name, isPresent, entry }: MergedServer,
  { source, index }: { source: ServerSource; index: number },
): string[] {
  const { note, isDisabled } = source;
  return [
    ...fateOf({ name, isPresent, isRenamed: name !== source.name, isFirst: index === 0 }),
    ...(isPresent && entry.disabled === true ? [yellow("disabled there")] : []),
    ...(note === undefined ? [] : [note]),
    ...(isDisabled ? [dim("disabled")] : []),
  ];
}

function fateOf(server: {
  name: string;
  isPresent: boolean;
  isRenamed: boolean;
  isFirst: boolean;
}): string[] {
  const { name, isPresent, isRenamed, isFirst } = server;
  if (isPresent) return [dim(`already in mcpzip${isRenamed ? ` as "${name}"` : ""}`)];
  if (!isFirst) return [dim(`the same as "${name}"`)];
  return isRenamed ? [yellow(`becomes "${name}"`)] : [];
}

function leftRows({ left }: Plan): Row[] {
  return left.map(({ position, path, client, name, why }) => ({
    position,
    path,
    title: client.title,
    name: oneLine(name),
    what: "",
    remark: `${yellow("stays there")}: ${oneLine(why)}`,
  }));
}

function problemBlock(plan: Plan): string[] {
  if (plan.problems.length === 0) return [];
  const lines = plan.problems.map(
    ({ client, path, why }) =>
      `  ${red("!")} ${client.title}  ${homely(path, plan)}\n      ${oneLine(why)}`,
  );
  return [["Left untouched:", ...lines].join("\n")];
}

/** They would be there in all projects, so nobody gets them unasked. */
function projectBlock(plan: Plan): string[] {
  if (plan.projects.length === 0) return [];
  const rows = plan.projects
    .slice(0, MAX_PROJECTS)
    .map(({ folder, names }): [string, string] => [
      `--project ${homely(folder, plan)}`,
      oneLine(names.join(", ")),
    ]);
  const rest = plan.projects.length - rows.length;
  const more = rest > 0 ? [dim(`  and ${counted(rest, "project")} more`)] : [];
  const clients = [...new Set(plan.projects.map(({ client }) => client.title))].join(", ");
  const title = `${bold("Servers of single projects")}, which stay with ${clients}; to take them over, add`;
  return [[title, ...definitionList(rows), ...more].join("\n")];
}

function writeBlock(plan: Plan): string[] {
  if (plan.isEmpty) return [];
  const added = plan.servers.filter(({ isPresent }) => !isPresent).length;
  const rows: [string, string][] = [
    ...(added > 0
      ? [
          [homely(plan.paths.configFile, plan), `${counted(added, "server")} in`] as [
            string,
            string,
          ],
        ]
      : []),
    ...plan.files.map((file): [string, string] => [homely(file.path, plan), changeText(file)]),
  ];
  const backup =
    "A backup is written beside each file first; mcpzip migrate --undo brings them back.";
  const block = [bold("To be written"), ...definitionList(rows)].join("\n");
  return plan.files.length === 0 ? [block] : [block, dim(backup)];
}

function changeText({ changes }: FileChange): string {
  const removed = changes.flatMap((change) => change.removed).length;
  const isAdded = changes.some(({ added }) => added.length > 0);
  return `${counted(removed, "server")} out${isAdded ? ", mcpzip in" : ""}`;
}

/** A server whose variable is set in a shell only works in a host that is started from it. */
function variableBlock({ servers, isEmpty, env }: Plan): string[] {
  const names = [...new Set(servers.flatMap((server) => server.variables))].toSorted();
  if (names.length === 0 || isEmpty) return [];
  const { set = [], unset = [] } = Object.groupBy(names, (name) =>
    env[name] === undefined ? "unset" : "set",
  );
  const rows: [string, string][] = [
    ...(set.length > 0 ? [["set in this shell", set.join(", ")] as [string, string]] : []),
    ...(unset.length > 0 ? [["not set here", unset.join(", ")] as [string, string]] : []),
  ];
  const title = bold("Variables that must be set where a client starts mcpzip");
  return [[title, ...definitionList(rows)].join("\n")];
}

function homely(path: string, { home }: Plan): string {
  const isInHome = path.startsWith(home) && /^[\\/]/.test(path.slice(home.length));
  return oneLine(isInHome ? `~${path.slice(home.length)}` : path);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
