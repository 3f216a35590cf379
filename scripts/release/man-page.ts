import packageJson from "../../package.json";
import { COMMON_ARGS, isFlag, namesOf, type Arg } from "../../src/cli/args.ts";
import type { Command } from "../../src/cli/command.ts";
import { termOf, usageOf } from "../../src/cli/help.ts";
import { COMMANDS } from "../../src/cli/run.ts";
import { REPOSITORY_URL } from "./repository.ts";

/** mcpzip(1) in roff (man(7)), from the table of commands. `madeAt` is in seconds since the epoch. */
export async function manPage(madeAt: number): Promise<string> {
  const visible = Object.values(COMMANDS).filter(({ isHidden }) => isHidden !== true);
  const commands = await Promise.all(visible.map((entry) => entry.load()));
  const date = new Date(madeAt * 1000).toISOString().slice(0, 10);
  return [
    `.TH MCPZIP 1 "${date}" "mcpzip ${packageJson.version}" "User Commands"`,
    ".SH NAME",
    `mcpzip \\- ${roff("one MCP server in front of all your MCP servers")}`,
    ".SH SYNOPSIS",
    ".B mcpzip",
    ".I COMMAND",
    `[${italic("flags")}]`,
    ".SH DESCRIPTION",
    ...DESCRIPTION.map(roff),
    ".SH COMMANDS",
    ...commands.flatMap(commandSection),
    ".SH FLAGS OF ALL COMMANDS",
    ...definitions(flagRows(COMMON_ARGS)),
    ...definitions([["--help", "Show what a command is for and what it takes."]]),
    ...definitions([["--version", "Print the version; stands for itself, without a command."]]),
    ".SH EXIT STATUS",
    ...definitions(EXIT_CODES),
    ".SH ENVIRONMENT",
    ...definitions(ENVIRONMENT),
    ".SH FILES",
    ...definitions(FILES),
    ".SH SEE ALSO",
    roff(REPOSITORY_URL),
    "",
  ].join("\n");
}

type Rows = readonly (readonly [term: string, meaning: string])[];

const DESCRIPTION = [
  "mcpzip stands between an AI host (Claude Code, Cursor, VS Code, …) and the MCP servers that are configured for it.",
  "The model sees three tools, which find, describe and call the tools of all servers.",
];
const EXIT_CODES: Rows = [
  ["0", "Done."],
  ["1", "Failed."],
  ["2", "The command line is wrong."],
  ["130", "Interrupted."],
];
const ENVIRONMENT: Rows = [
  ["NO_COLOR", "Colours are not used when it is set."],
  ["FORCE_COLOR", "Colours are used where there is no terminal, too."],
  ["http_proxy, https_proxy, no_proxy", "How remote servers are reached."],
  ["MCPZIP_RELEASES_URL", "Where mcpzip update looks for releases, in place of GitHub."],
];
const FILES: Rows = [
  ["~/.config/compressed-mcp-proxy/config.json", "The configuration."],
  ["~/.config/compressed-mcp-proxy/auth", "Sign-ins, for the user's eyes only."],
  ["~/.config/compressed-mcp-proxy/cache", "The catalog of tools; may be deleted at any time."],
];

function commandSection(command: Command): string[] {
  const { name, description, args, examples = [], exitCodes = [] } = command;
  const places = [...namesOf(args, "positional"), ...namesOf(args, "rest")];
  const own = Object.fromEntries(Object.entries(args).filter(([each]) => !(each in COMMON_ARGS)));
  return [
    `.SS mcpzip ${roff(name)}`,
    roff(`${description}.`),
    ...usageOf(command).flatMap((line) => [".PP", bold(line.trim())]),
    ...definitions(places.map((each) => rowOf(each, args[each]))),
    ...definitions(flagRows(own)),
    ...examples.flatMap(([words, what]) => [
      ".PP",
      roff(`${what}:`),
      ".br",
      bold(`mcpzip ${words}`),
    ]),
    ...(exitCodes.length === 0 ? [] : [".PP", "Exit status:"]),
    ...definitions(exitCodes.map(([code, what]) => [`${code}`, what])),
  ];
}

function flagRows(args: Readonly<Record<string, Arg>>): Rows {
  const flags = Object.entries(args).filter(([, arg]) => isFlag(arg));
  return flags.map(([name, arg]) => rowOf(name, arg));
}

function rowOf(name: string, arg: Arg | undefined): readonly [string, string] {
  return [termOf(name, arg), arg?.description ?? ""];
}

function definitions(rows: Rows): string[] {
  return rows.flatMap(([term, meaning]) => [
    ".TP",
    bold(term),
    ...(meaning ? [roff(meaning)] : []),
  ]);
}

function bold(text: string): string {
  return `\\fB${roff(text)}\\fR`;
}

function italic(text: string): string {
  return `\\fI${roff(text)}\\fR`;
}

/** Text as roff reads it: nothing is a command, a dash can be copied, and all of it is ASCII. */
export function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti")
    .replace(/[^\u0020-\u007e\n]/gu, (sign) => `\\[u${codeOf(sign)}]`)
    .replace(/^(?=[.])/gm, "\\&");
}

function codeOf(sign: string): string {
  return (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
