import { type Arg, type ArgsDef, type Flags, isFlag, isList, namesOf } from "./args.ts";

/** What is wrong with the words of a command line; `cli/command` makes a sentence of it. */
export type Mistake =
  | { readonly kind: "unknown-flag"; readonly flag: string }
  | { readonly kind: "needs-value"; readonly flag: string }
  | { readonly kind: "takes-no-value"; readonly flag: string }
  | { readonly kind: "not-an-option"; readonly flag: string; readonly value: string }
  | { readonly kind: "too-many"; readonly word: string }
  | { readonly kind: "missing"; readonly name: string };

/** What was given for each argument: true for a switch, its text, or its texts where it is a list. */
export type Given = Readonly<Record<string, true | string | readonly string[]>>;

/**
 * Cuts the words after a command's name into what was given for each argument; what may be given is citty's
 * to judge. citty would ignore what it does not know, and knows no lists and no rest after `--`.
 */
export function cutWords(
  args: ArgsDef,
  words: readonly string[],
): { readonly given: Given } | { readonly mistake: Mistake } {
  const cutter: Cutter = { args, given: {}, places: namesOf(args, "positional") };
  let at = 0;
  while (at < words.length && words[at] !== "--") {
    const word = words[at] ?? "";
    const step = hasDash(word) ? cutFlag(cutter, word, words[at + 1]) : cutWord(cutter, word);
    if (typeof step !== "number") return { mistake: step };
    at += step;
  }
  const mistake = at < words.length ? cutRest(cutter, words.slice(at + 1)) : undefined;
  return mistake === undefined ? { given: cutter.given } : { mistake };
}

/**
 * The flags of a command that takes switches and texts only, where no mistake is made: nothing is left to
 * judge. `serve` is such a command, and its host need not wait for citty.
 */
export function plainFlags(args: ArgsDef, words: readonly string[]): Flags | undefined {
  for (const name in args) if (!isPlain(args[name])) return undefined;
  const cut = cutWords(args, words);
  return "given" in cut ? cut.given : undefined;
}

function isPlain(arg: Arg | undefined): boolean {
  const isPlainType = arg?.type === "boolean" || arg?.type === "string";
  return isPlainType && arg.required !== true && arg.default === undefined;
}

interface Cutter {
  readonly args: ArgsDef;
  readonly given: Record<string, true | string | readonly string[]>;
  /** The positionals that are still to come. */
  readonly places: string[];
}

/** How many words it took, or what is wrong. */
type Step = number | Mistake;

function cutFlag({ args, given }: Cutter, word: string, next: string | undefined): Step {
  const [flag, inline] = splitFlag(word);
  const arg = word.startsWith("--") && Object.hasOwn(args, flag) ? args[flag] : undefined;
  if (!isFlag(arg)) return { kind: "unknown-flag", flag: word };
  if (arg.type === "boolean") {
    if (inline !== undefined) return { kind: "takes-no-value", flag };
    given[flag] = true;
    return 1;
  }
  const value = inline ?? (next === undefined || hasDash(next) ? "" : next);
  if (value === "") return { kind: "needs-value", flag };
  give({ args, given }, flag, value);
  return inline === undefined ? 2 : 1;
}

function cutWord({ args, given, places }: Cutter, word: string): Step {
  const [place] = places;
  if (place === undefined || word === "") return { kind: "too-many", word };
  give({ args, given }, place, word);
  if (!isList(args[place])) places.shift();
  return 1;
}

/** Without an argument for the rest, `--` ends the flags: words with a dash are words then. */
function cutRest(cutter: Cutter, words: readonly string[]): Mistake | undefined {
  const [rest] = namesOf(cutter.args, "rest");
  if (rest !== undefined) {
    cutter.given[rest] = words;
    return undefined;
  }
  for (const word of words) {
    const step = cutWord(cutter, word);
    if (typeof step !== "number") return step;
  }
  return undefined;
}

function give({ args, given }: Pick<Cutter, "args" | "given">, name: string, value: string): void {
  const before = given[name];
  given[name] = isList(args[name]) ? [...(Array.isArray(before) ? before : []), value] : value;
}

/** A lone `-` is a word: it means stdin. */
function hasDash(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}

/** Without a regular expression, whose compiling would show at start-up. */
function splitFlag(word: string): [name: string, value: string | undefined] {
  const equals = word.indexOf("=");
  return equals === -1
    ? [word.slice(2), undefined]
    : [word.slice(2, equals), word.slice(equals + 1)];
}
