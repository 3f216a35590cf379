import { parseArgs, renderUsage, type ArgsDef } from "citty";
import type { Env } from "../config/config.ts";
import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import type { Output } from "./output.ts";
import { positionals } from "./plain-flags.ts";
import type { ExitCode } from "./report-error.ts";

export interface CommandContext {
  readonly env: Env;
  readonly output: Output;
}

/** A flag's value, by its name: text, or whether it was given. A positional's, by its own. */
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
  return command.run(readFlags(command, words), context);
}

async function helpFor({ name, description, args }: Command): Promise<string> {
  return renderUsage({ meta: { name, description }, args }, { meta: { name: "mcpzip" } });
}

/** citty takes `--no-x` for a denial of `--x`; where the flag itself is called so, it was given. */
function readFlags({ args }: Command, words: readonly string[]): Flags {
  const flags: Record<string, unknown> = { ...parseArgs([...words], args) };
  for (const name of Object.keys(args)) {
    if (name.startsWith("no-")) flags[name] = flags[name.slice("no-".length)] === false;
  }
  return flags;
}

/** citty ignores flags that it does not know and words that have no place; both are mistakes. */
function refuseUnknown(command: Command, words: readonly string[]): void {
  const places = positionals(command.args);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("-") && word !== "" && places.shift() !== undefined) continue;
    if (!word.startsWith("--")) throw usage(command, `mcpzip ${command.name} takes no "${word}"`);
    const [name = "", inline] = word.slice(2).split("=", 2);
    const arg = command.args[name];
    if (arg === undefined || arg.type === "positional") throw unknownFlag(command, name);
    if (arg.type === "boolean" || inline !== undefined) continue;
    const value = words[++at];
    if (value === undefined || value.startsWith("--"))
      throw usage(command, `--${name} needs a value`);
  }
  const [missing] = places;
  if (missing === undefined) return;
  throw usage(command, `mcpzip ${command.name} needs a ${missing.toUpperCase()}`);
}

function unknownFlag(command: Command, name: string): McpzipError {
  const flags = Object.keys(command.args).filter(
    (each) => command.args[each]?.type !== "positional",
  );
  const [nearest] = nearestNames(name, flags, 1);
  const hint = nearest === undefined ? "" : `; did you mean --${nearest}?`;
  return usage(command, `mcpzip ${command.name} has no flag --${name}${hint}`);
}

function usage({ name }: Command, message: string): McpzipError {
  return new McpzipError("USAGE", message, { fix: `mcpzip ${name} --help` });
}
