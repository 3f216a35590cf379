import type { Env } from "../../config/config.ts";
import { type Arg, type ArgsDef, isFlag, isList, namesOf } from "../args.ts";
import type { Command } from "../command.ts";
import { knownServers, knownTools } from "./known-names.ts";
import { SHELLS } from "./scripts.ts";

/** The table of commands, as far as completing needs it. */
export type CommandTable = Readonly<
  Record<
    string,
    { readonly help: string; readonly isHidden?: boolean; readonly load: () => Promise<Command> }
  >
>;

/** What a word may become. */
export interface Candidate {
  readonly word: string;
  readonly meaning?: string | undefined;
}

/** `words`: what has been typed after `mcpzip`, up to the cursor; the last may be empty. */
export async function candidatesFor(
  words: readonly string[],
  { commands, env }: { commands: CommandTable; env: Env },
): Promise<Candidate[]> {
  const current = words.at(-1) ?? "";
  const all = await allCandidates(words.slice(0, -1), { commands, current, env });
  return all.filter(({ word }) => word.startsWith(current));
}

async function allCandidates(
  before: readonly string[],
  { commands, current, env }: { commands: CommandTable; current: string; env: Env },
): Promise<Candidate[]> {
  const found = findCommand(before, commands);
  if (found === undefined) return commandWords(before, commands);
  const { args } = await found.load();
  const given = before.slice(found.length);
  const place = placeOf(args, given);
  if (place.kind === "rest") return [];
  const config = configOf(given);
  if (place.kind === "value" && place.flag === "server") return knownServers({ env, config });
  if (place.kind === "value") return valuesOf(args[place.flag]);
  if (current.startsWith("-")) return flagWords(args, given);
  return place.name === undefined ? [] : positionalWords(place.name, { env, config });
}

function findCommand(before: readonly string[], commands: CommandTable) {
  for (const length of [1, 2]) {
    const name = before.slice(0, length).join(" ");
    const entry = before.length >= length && Object.hasOwn(commands, name) && commands[name];
    if (entry) return { load: entry.load, length };
  }
  return undefined;
}

/** The first words of all commands, or the second ones of a group. */
function commandWords(before: readonly string[], commands: CommandTable): Candidate[] {
  const words = new Map<string, string>();
  for (const [name, { help, isHidden }] of Object.entries(commands)) {
    const parts = name.split(" ");
    const isHere = before.every((word, at) => parts[at] === word);
    const word = isHere && isHidden !== true ? parts[before.length] : undefined;
    const isLast = parts.length === before.length + 1;
    if (word !== undefined && !words.has(word)) words.set(word, isLast ? help : "");
  }
  return [...words].map(([word, help]) => ({ word, meaning: help === "" ? undefined : help }));
}

type Place =
  | { readonly kind: "rest" }
  | { readonly kind: "value"; readonly flag: string }
  | { readonly kind: "positional"; readonly name: string | undefined };

/** What the next word is, after those. */
function placeOf(args: ArgsDef, given: readonly string[]): Place {
  const names = namesOf(args, "positional");
  let count = 0;
  for (let at = 0; at < given.length; at++) {
    const word = given[at] ?? "";
    if (word === "--") return { kind: "rest" };
    if (!word.startsWith("-") || word === "-") count += 1;
    else if (!word.includes("=") && takesValue(args[word.slice(2)])) at += 1;
    if (at >= given.length) return { kind: "value", flag: word.slice(2) };
  }
  const name = names[count] ?? names.find((each) => isList(args[each]));
  return { kind: "positional", name };
}

function takesValue(arg: Arg | undefined): boolean {
  return isFlag(arg) && arg.type !== "boolean";
}

function valuesOf(arg: Arg | undefined): Candidate[] {
  // For anything else, nobody knows what it may be.
  return arg?.type === "enum" ? arg.options.map((word) => ({ word })) : [];
}

/** Those that are not given yet, or may be given again. */
function flagWords(args: ArgsDef, given: readonly string[]): Candidate[] {
  const flags = Object.entries(args).flatMap(([name, arg]) => {
    const word = `--${name}`;
    const isOpen = isFlag(arg) && (isList(arg) || !given.includes(word));
    return isOpen ? [{ word, meaning: arg.description }] : [];
  });
  return [...flags, { word: "--help", meaning: "Show this" }];
}

async function positionalWords(
  name: string,
  options: { readonly env: Env; readonly config: string | undefined },
): Promise<Candidate[]> {
  // `what`: a server, or one of its things, of which no list is kept.
  if (name === "server" || name === "what") return knownServers(options);
  if (name === "tool") return knownTools(options);
  return name === "shell" ? SHELLS.map((word) => ({ word })) : [];
}

function configOf(given: readonly string[]): string | undefined {
  const at = given.indexOf("--config");
  const inline = given.find((word) => word.startsWith("--config="));
  return at === -1 ? inline?.slice("--config=".length) : given[at + 1];
}
