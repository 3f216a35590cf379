import type { Env } from "../config/config.ts";
import { McpzipError } from "../core/error.ts";
import { VERSION } from "../platform/version.ts";
import type { Command, CommandContext } from "./command.ts";
import { createOutput } from "./output.ts";
import { readPlainFlags } from "./plain-flags.ts";
import { reportError, type ExitCode } from "./report-error.ts";
import { serve } from "./serve.ts";

interface Entry {
  /** The command's line in the list of commands. */
  readonly help: string;
  load(): Promise<Command>;
}

/** Each command's module is loaded when it is called. A name of two words belongs to a group. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  serve: {
    help: "Serve all configured MCP servers to one host over stdio",
    // Not lazy: it is what hosts wait for, and light, since what is heavy lies behind it.
    load: () => Promise.resolve(serve),
  },
  login: {
    help: "Sign in to a remote server",
    load: async () => (await import("./login.ts")).login,
  },
  logout: {
    help: "Sign out of a remote server",
    load: async () => (await import("./logout.ts")).logout,
  },
  "auth status": {
    help: "Show where you are signed in",
    load: async () => (await import("./auth-status.ts")).authStatus,
  },
};

/** Runs the command line; `words` are the arguments after the program's name. */
export async function run(words: readonly string[], env: Env): Promise<ExitCode> {
  const output = createOutput(env);
  try {
    return await dispatch(words, { env, output });
  } catch (error) {
    return reportError(error, output);
  }
}

async function dispatch(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [first, second] = words;
  const entry = entryOf(first);
  if (entry !== undefined) return runEntry(entry, words.slice(1), context);
  const inGroup = first === undefined ? undefined : entryOf(`${first} ${second}`);
  if (inGroup !== undefined) return runEntry(inGroup, words.slice(2), context);
  const isGroup = first !== undefined && namesOf(first).length > 0;
  const asked = isGroup ? second : first;
  if (asked === undefined || asked === "--help" || asked === "-h" || asked === "help") {
    context.output.print(helpText(isGroup ? first : undefined));
    return 0;
  }
  if (asked === "--version" || asked === "-v") {
    context.output.print(VERSION);
    return 0;
  }
  throw await unknownCommand(asked, isGroup ? first : undefined);
}

function entryOf(name: string | undefined): Entry | undefined {
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

async function runEntry(
  entry: Entry,
  words: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const command = await entry.load();
  const flags = readPlainFlags(command, words);
  if (flags !== undefined) return command.run(flags, context);
  const { runCommand } = await import("./command.ts");
  return runCommand(command, words, context);
}

/** The names of all commands, or of those in a group. */
function namesOf(group: string | undefined): string[] {
  const names = Object.keys(COMMANDS);
  return group === undefined ? names : names.filter((name) => name.startsWith(`${group} `));
}

function helpText(group: string | undefined): string {
  const title = "one MCP server in front of all your MCP servers";
  return [
    ...(group === undefined ? [`mcpzip ${VERSION}: ${title}`, ""] : []),
    `Usage: mcpzip ${group === undefined ? "" : `${group} `}<command> [flags]`,
    "",
    ...namesOf(group).map((name) => `  ${name.padEnd(12)} ${COMMANDS[name]?.help}`),
    "",
    "mcpzip <command> --help tells more. mcpzip --version prints the version.",
  ].join("\n");
}

async function unknownCommand(asked: string, group: string | undefined): Promise<McpzipError> {
  const { nearestNames } = await import("../core/nearest.ts");
  const name = group === undefined ? asked : `${group} ${asked}`;
  const [nearest] = nearestNames(name, namesOf(group), 1);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return new McpzipError("USAGE", `mcpzip has no command "${name}"${hint}`, {
    fix: group === undefined ? "mcpzip --help" : `mcpzip ${group} --help`,
  });
}
