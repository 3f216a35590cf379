import { parseArgs, renderUsage, type ArgsDef } from "citty";
import type { Env } from "../config/config.ts";
import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import type { Output } from "./output.ts";
import type { ExitCode } from "./report-error.ts";

export interface CommandContext {
  readonly env: Env;
  readonly output: Output;
}

/** A flag's value, by its name: text, or whether it was given. */
export type Flags = Readonly<Record<string, unknown>>;

/** One sub-command; citty parses its arguments and writes its help. */
export interface Command {
  readonly name: string;
  readonly description: string;
  readonly args: ArgsDef;
  run(flags: Flags, context: CommandContext): Promise<ExitCode>;
}

/** Runs a command on the words after its name. Throws USAGE for what the command does not know. */
export async function runCommand(
  command: Command,
  words: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  if (words.includes("--help") || words.includes("-h")) {
    context.output.print(await helpFor(command));
    return 0;
  }
  refuseUnknown(command, words);
  return command.run(parseArgs([...words], command.args), context);
}

async function helpFor({ name, description, args }: Command): Promise<string> {
  return renderUsage({ meta: { name, description }, args }, { meta: { name: "mcpzip" } });
}

/** citty ignores flags that it does not know and words that have no place; both are mistakes. */
function refuseUnknown(command: Command, words: readonly string[]): void {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("--")) throw usage(command, `mcpzip ${command.name} takes no "${word}"`);
    const [name = "", inline] = word.slice(2).split("=", 2);
    const arg = command.args[name];
    if (arg === undefined) throw unknownFlag(command, name);
    if (arg.type === "boolean" || inline !== undefined) continue;
    const value = words[++at];
    if (value === undefined || value.startsWith("--"))
      throw usage(command, `--${name} needs a value`);
  }
}

function unknownFlag(command: Command, name: string): McpzipError {
  const [nearest] = nearestNames(name, Object.keys(command.args), 1);
  const hint = nearest === undefined ? "" : `; did you mean --${nearest}?`;
  return usage(command, `mcpzip ${command.name} has no flag --${name}${hint}`);
}

function usage({ name }: Command, message: string): McpzipError {
  return new McpzipError("USAGE", message, { fix: `mcpzip ${name} --help` });
}
