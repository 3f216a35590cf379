import type { Env } from "../config/config.ts";
import { McpzipError } from "../core/error.ts";
import { VERSION } from "../platform/version.ts";
import type { Command, CommandContext } from "./command.ts";
import { createOutput } from "./output.ts";
import { readPlainFlags } from "./plain-flags.ts";
import { reportError, type ExitCode } from "./report-error.ts";
import { serve } from "./serve.ts";

/** Each command's module is loaded when it is called; `help` is its line in the list of commands. */
const COMMANDS: Readonly<Record<string, { readonly help: string; load(): Promise<Command> }>> = {
  serve: {
    help: "Serve all configured MCP servers to one host over stdio",
    // Not lazy: it is what hosts wait for, and light, since what is heavy lies behind it.
    load: () => Promise.resolve(serve),
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

async function dispatch(
  [name, ...words]: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const { output } = context;
  if (name === "--version" || name === "-v") {
    output.print(VERSION);
    return 0;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    output.print(helpText());
    return 0;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) throw await unknownCommand(name);
  const command = await entry.load();
  const flags = readPlainFlags(command, words);
  if (flags !== undefined) return command.run(flags, context);
  const { runCommand } = await import("./command.ts");
  return runCommand(command, words, context);
}

function helpText(): string {
  const lines = Object.entries(COMMANDS).map(([name, { help }]) => `  ${name.padEnd(10)} ${help}`);
  return [
    `mcpzip ${VERSION}: one MCP server in front of all your MCP servers`,
    "",
    "Usage: mcpzip <command> [flags]",
    "",
    ...lines,
    "",
    "mcpzip <command> --help tells more. mcpzip --version prints the version.",
  ].join("\n");
}

async function unknownCommand(name: string): Promise<McpzipError> {
  const { nearestNames } = await import("../core/nearest.ts");
  const [nearest] = nearestNames(name, Object.keys(COMMANDS), 1);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return new McpzipError("USAGE", `mcpzip has no command "${name}"${hint}`, {
    fix: "mcpzip --help",
  });
}
