import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import { VERSION } from "../platform/version.ts";
import { COMMON_ARGS, JSON_ARG } from "./args.ts";
import { definitionList } from "./columns.ts";
import { bold } from "./style.ts";

/** The commands by name, with the line that the list of commands has for each. */
type Helps = Readonly<Record<string, { readonly help: string; readonly isHidden?: boolean }>>;

/** What belongs together in the list of commands; what is named nowhere comes last. */
const SECTIONS: readonly (readonly [title: string, names: readonly string[]])[] = [
  ["Set up", ["init", "migrate", "add", "remove", "enable", "disable", "list"]],
  ["Sign in", ["login", "logout", "auth status"]],
  ["Use", ["serve", "search", "describe", "call", "resources", "prompts", "refresh"]],
  ["Look into it", ["doctor", "stats", "update", "completion"]],
];

/** What `mcpzip --help` prints. */
export function mainHelp(commands: Helps): string {
  const names = visible(commands);
  const listed = new Set(SECTIONS.flatMap(([, each]) => each));
  const others = names.filter((name) => !listed.has(name));
  const sections = [...SECTIONS, ["More", others] as const].flatMap(([title, wanted]) => {
    const present = wanted.filter((name) => names.includes(name));
    return present.length === 0 ? [] : [[title, present] as const];
  });
  const width = Math.max(...names.map((name) => name.length));
  return [
    `mcpzip ${VERSION}: one MCP server in front of all your MCP servers`,
    "",
    bold("Usage"),
    "  mcpzip COMMAND [flags]",
    ...sections.flatMap(([title, present]) => [
      "",
      bold(title),
      ...definitionList(present.map((name) => [name.padEnd(width), commands[name]?.help ?? ""])),
    ]),
    "",
    "mcpzip COMMAND --help tells more. mcpzip --version prints the version.",
  ].join("\n");
}

/** What `mcpzip GROUP --help` prints, for the commands of two words that begin with it. */
export function groupHelp(commands: Helps, group: string): string {
  const names = visible(commands).filter((name) => name.startsWith(`${group} `));
  return [
    bold("Usage"),
    `  mcpzip ${group} COMMAND [flags]`,
    "",
    bold("Commands"),
    ...definitionList(names.map((name) => [name, commands[name]?.help ?? ""])),
  ].join("\n");
}

/** For a word that is no command. */
export function unknownCommand(
  commands: Helps,
  { asked, group }: { asked: string; group: string | undefined },
): McpzipError {
  const fix = group === undefined ? "mcpzip --help" : `mcpzip ${group} --help`;
  if (asked.startsWith("-")) return new McpzipError("USAGE", strayFlag(asked), { fix });
  const name = group === undefined ? asked : `${group} ${asked}`;
  const [nearest] = nearestNames(name, visible(commands), 1);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return new McpzipError("USAGE", `mcpzip has no command "${name}"${hint}`, { fix });
}

function strayFlag(asked: string): string {
  const flag = asked.split("=", 1)[0] ?? "";
  const isOfCommands = Object.keys({ ...COMMON_ARGS, ...JSON_ARG }).includes(flag.slice(2));
  const [nearest] = isOfCommands ? [] : nearestNames(flag, ["--version", "--help"], 1);
  return nearest === undefined
    ? `${flag} stands before the command; flags come after it`
    : `mcpzip has no flag ${flag}; did you mean ${nearest}?`;
}

function visible(commands: Helps): string[] {
  return Object.keys(commands).filter((name) => commands[name]?.isHidden !== true);
}
