import type { BooleanArgDef, EnumArgDef, PositionalArgDef, StringArgDef } from "citty";

/** As citty describes an argument, without what our commands do not offer: short flags and `--no-…`. */
type Described<Def, Type> = Readonly<
  Omit<Def, "type" | "alias" | "negativeDescription"> & { type: Type }
>;

/** `--name`: given or not. */
type BooleanArg = Described<BooleanArgDef, "boolean">;

/** `--name value` or `--name=value`. */
type StringArg = Described<StringArgDef, "string"> & {
  /** May be given several times; its value is a list then. */
  readonly isRepeated?: boolean;
};

/** `--name value`, where the value is one of `options`. */
type EnumArg = Described<EnumArgDef, "enum"> & { readonly options: string[] };

/** A word without a dash, in the order in which the arguments are written; `-` alone is one, too. */
type PositionalArg = Described<PositionalArgDef, "positional"> & {
  /** The last one only: takes all words that are left; its value is a list. */
  readonly isVariadic?: boolean;
};

/** All that follows `--`, unread: a command with flags of its own. Its value is a list. citty has no such. */
interface RestArg {
  readonly type: "rest";
  readonly description?: string;
  readonly valueHint?: string;
}

export type Flag = BooleanArg | StringArg | EnumArg;
export type Arg = Flag | PositionalArg | RestArg;

/** What a command takes, by name. */
export type ArgsDef = Readonly<Record<string, Arg>>;

/** What was given, by name: text, true, or a list where the argument is one. What was not is absent. */
export type Flags = Readonly<Record<string, unknown>>;

export function textOf(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
}

export function listOf(flags: Flags, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** The names of the arguments of one type, in order. */
export function namesOf(args: ArgsDef, type: Arg["type"]): string[] {
  const names: string[] = [];
  for (const name in args) if (args[name]?.type === type) names.push(name);
  return names;
}

/** Whether it is written with a dash. */
export function isFlag(arg: Arg | undefined): arg is Flag {
  return arg !== undefined && arg.type !== "positional" && arg.type !== "rest";
}

/** Whether its value is a list. */
export function isList(arg: Arg | undefined): boolean {
  if (arg?.type === "string") return arg.isRepeated === true;
  return arg?.type === "rest" || (arg?.type === "positional" && arg.isVariadic === true);
}

/** The flags that nearly all commands have. */
export const COMMON_ARGS = {
  config: { type: "string", valueHint: "path", description: "The config file to use" },
  verbose: { type: "boolean", description: "Log more to stderr" },
} as const;

/** For commands whose output a script may want. */
export const JSON_ARG = {
  json: { type: "boolean", description: "Print it as JSON" },
} as const;
