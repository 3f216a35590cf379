import type { Command, Flags } from "./command.ts";

/**
 * The flags when they are plainly right (`--name value`, `--name=value`, `--name`, and a word for each
 * place), as they are when a host starts us; else nothing, and the command line's library has the word.
 * That spares start-up the library.
 */
export function readPlainFlags({ args }: Command, words: readonly string[]): Flags | undefined {
  const flags: Record<string, unknown> = {};
  const places = positionals(args);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word !== "" && !word.startsWith("-")) {
      const place = places.shift();
      if (place === undefined) return undefined;
      flags[place] = word;
      continue;
    }
    const [name, inline] = splitFlag(word);
    const arg = Object.hasOwn(args, name) ? args[name] : undefined;
    if (arg === undefined || arg.type === "positional") return undefined;
    const value = arg.type === "boolean" ? inline === undefined : (inline ?? words[++at]);
    if (value !== true && !isValue(value)) return undefined;
    flags[name] = value;
  }
  return places.length === 0 ? flags : undefined;
}

/** `--name=value`, taken apart without a regular expression, whose compiling would show at start-up. */
function splitFlag(word: string): [name: string, value: string | undefined] {
  if (!word.startsWith("--")) return ["", undefined];
  const equals = word.indexOf("=");
  return equals === -1
    ? [word.slice(2), undefined]
    : [word.slice(2, equals), word.slice(equals + 1)];
}

function isValue(value: string | boolean | undefined): boolean {
  return typeof value === "string" && value !== "" && !value.startsWith("-");
}

/** The names of the words that a command wants in order; all are required. */
export function positionals(args: Command["args"]): string[] {
  const names: string[] = [];
  for (const name in args) if (args[name]?.type === "positional") names.push(name);
  return names;
}
