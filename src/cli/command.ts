import { parseArgs, type CommandMeta } from "citty";
import type { Env } from "../config/config.ts";
import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import { type Arg, type ArgsDef, type Flags, isFlag, isList } from "./args.ts";
import { cutWords, type Given, type Mistake } from "./cut-words.ts";
import type { Output } from "./output.ts";
import type { ExitCode } from "./report-error.ts";

export interface CommandContext {
  readonly env: Env;
  readonly output: Output;
}

export type { ArgsDef, Flags } from "./args.ts";

/** One sub-command, as citty describes them; its description is a sentence at the head of its help. */
export interface Command extends Readonly<Required<Pick<CommandMeta, "name" | "description">>> {
  readonly args: ArgsDef;
  /** The ways to call it, where one line made from `args` would not tell them: words after `mcpzip`. */
  readonly usage?: readonly string[];
  /** What one might type after `mcpzip`, and what it does. */
  readonly examples?: readonly (readonly [words: string, what: string])[];
  /** Where they are other than 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
  readonly exitCodes?: readonly (readonly [code: number, meaning: string])[];
  run(flags: Flags, context: CommandContext): Promise<ExitCode>;
}

/** Reads the words after a command's name. Throws USAGE, with what was meant where that can be told. */
export function parseFlags(command: Command, words: readonly string[]): Flags {
  const reading = readFlags(command.args, words);
  if ("flags" in reading) return reading.flags;
  throw new McpzipError("USAGE", sentenceOf(command, reading.mistake), {
    fix: `mcpzip ${command.name} --help`,
  });
}

/** Our wrapper around citty: it gets the words cut and spelled so that it cannot misread them. */
export function readFlags(
  args: ArgsDef,
  words: readonly string[],
): { readonly flags: Flags } | { readonly mistake: Mistake } {
  const cut = cutWords(args, words);
  if ("mistake" in cut) return cut;
  try {
    return { flags: parseGiven(args, cut.given) };
  } catch (error) {
    const mistake = mistakeIn(args, cut.given);
    if (mistake === undefined) throw error;
    return { mistake };
  }
}

/** Throws citty's error for what is missing or not among the options; of a list it sees the last or first. */
function parseGiven(args: ArgsDef, given: Given): Flags {
  const known = Object.fromEntries(Object.entries(args).filter(isKnownToCitty));
  const parsed = parseArgs(spell(known, given), known);
  const flags: Record<string, unknown> = {};
  for (const name of Object.keys(args)) {
    const value = isList(args[name]) ? given[name] : parsed[name];
    if (value !== undefined) flags[name] = value;
  }
  return flags;
}

type CittyArg = Exclude<Arg, { readonly type: "rest" }>;

function isKnownToCitty(entry: [string, Arg]): entry is [string, CittyArg] {
  return entry[1].type !== "rest";
}

/** Values are bound to their flags with `=`, and words stand behind `--`: either may begin with a dash. */
function spell(args: Readonly<Record<string, CittyArg>>, given: Given): string[] {
  const flags: string[] = [];
  const places: string[] = [];
  for (const [name, arg] of Object.entries(args)) {
    const texts = [given[name] ?? []].flat();
    if (!isFlag(arg)) places.push(...texts.map(String));
    else flags.push(...texts.map((text) => spellFlag(name, text)));
  }
  return [...flags, "--", ...places];
}

/** citty takes `--no-browser` for a denial of `--browser`; in camel case, which it reads too, it does not. */
function spellFlag(name: string, value: true | string): string {
  const safe = name.startsWith("no-")
    ? name.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase())
    : name;
  return value === true ? `--${safe}` : `--${safe}=${value}`;
}

/** citty's error names the culprit in its prose only, so citty is asked about each argument alone. */
function mistakeIn(args: ArgsDef, given: Given): Mistake | undefined {
  for (const [name, arg] of Object.entries(args)) {
    try {
      parseGiven({ [name]: arg }, given);
    } catch {
      // That it is refused is the answer; why follows from whether it was given.
      const value = given[name];
      if (value === undefined) return { kind: "missing", name };
      return { kind: "not-an-option", flag: name, value: String(value) };
    }
  }
  return undefined;
}

function sentenceOf(command: Command, mistake: Mistake): string {
  const subject = `mcpzip ${command.name}`;
  switch (mistake.kind) {
    case "unknown-flag":
      return `${subject} has no flag ${withoutValue(mistake.flag)}${nearestFlag(command, mistake.flag)}`;
    case "needs-value":
      return `--${mistake.flag} needs a value`;
    case "takes-no-value":
      return `--${mistake.flag} takes no value`;
    case "not-an-option":
      return `--${mistake.flag} is ${optionsOf(command.args[mistake.flag])}, not "${mistake.value}"`;
    case "too-many":
      return `${subject} takes no "${mistake.word}"`;
    case "missing":
      return `${subject} needs ${placeName(command.args, mistake.name)}`;
    default:
      return mistake satisfies never;
  }
}

/** What follows the equals sign may be a secret. */
function withoutValue(flag: string): string {
  return flag.split("=", 1)[0] ?? "";
}

function nearestFlag({ args }: Command, word: string): string {
  const flags = Object.keys(args).filter((name) => isFlag(args[name]));
  const [nearest] = nearestNames(withoutValue(word).replace(/^-+/, ""), [...flags, "help"], 1);
  return nearest === undefined ? "" : `; did you mean --${nearest}?`;
}

function optionsOf(arg: Arg | undefined): string {
  return arg?.type === "enum" ? arg.options.join(" or ") : "another word";
}

/** How the help calls an argument. */
function placeName(args: ArgsDef, name: string): string {
  const arg = args[name];
  return isFlag(arg) ? `--${name}` : `a ${(arg?.valueHint ?? name).toUpperCase()}`;
}
