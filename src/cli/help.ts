import { COMMON_ARGS, isFlag, namesOf, type Arg } from "./args.ts";
import { definitionList } from "./columns.ts";
import type { Command } from "./command.ts";
import { bold, dim } from "./style.ts";

type Rows = readonly (readonly [term: string, meaning: string])[];

/** What `mcpzip COMMAND --help` prints. */
export function helpFor(command: Command): string {
  const { name, description, args, examples = [], exitCodes = [] } = command;
  const rows = (type: Arg["type"]): Rows =>
    namesOf(args, type).map((each) => [termOf(each, args[each]), args[each]?.description ?? ""]);
  return [
    `mcpzip ${name}: ${description}`,
    ...section("Usage", usageOf(command)),
    ...section("Arguments", definitionList([...rows("positional"), ...rows("rest")])),
    ...section("Flags", definitionList([...flagRows(command), ["--help", "Show this"]])),
    ...section(
      "Examples",
      examples.flatMap(([words, what]) => [`  ${dim(`# ${what}`)}`, `  mcpzip ${words}`]),
    ),
    ...section("Exit codes", definitionList(exitCodes.map(([code, what]) => [`${code}`, what]))),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", bold(title), ...lines];
}

/** The command's own come before those that all commands have. */
function flagRows({ args }: Command): Rows {
  const names = Object.keys(args).filter((name) => isFlag(args[name]));
  const [common = [], own = []] = [true, false].map((wanted) =>
    names.filter((name) => Object.hasOwn(COMMON_ARGS, name) === wanted),
  );
  return [...own, ...common].map((name) => [
    termOf(name, args[name]),
    args[name]?.description ?? "",
  ]);
}

export function usageOf({ name, args, usage }: Command): string[] {
  if (usage !== undefined) return usage.map((words) => `  mcpzip ${words}`);
  const positionals = namesOf(args, "positional").map((each) => placeOf(each, args[each]));
  const rest = namesOf(args, "rest").map((each) => `[-- ${termOf(each, args[each])}]`);
  return [`  ${["mcpzip", name, ...positionals, "[flags]", ...rest].join(" ")}`];
}

/** How a positional stands in a line of usage: `SERVER`, `[SERVER]` or `TOOL…`. */
export function placeOf(name: string, arg: Arg | undefined): string {
  const term = termOf(name, arg);
  const isOptional = arg?.type === "positional" && arg.required === false;
  return isOptional ? `[${term}]` : term;
}

export function termOf(name: string, arg: Arg | undefined): string {
  switch (arg?.type) {
    case "boolean":
      return `--${name}`;
    case "string":
      return `--${name} ${hintOf(arg.valueHint ?? "value")}`;
    case "enum":
      return `--${name} ${arg.options.join("|")}`;
    case "positional":
      return `${(arg.valueHint ?? name).toUpperCase()}${arg.isVariadic === true ? "…" : ""}`;
    case "rest":
      return (arg.valueHint ?? name).toUpperCase();
    case undefined:
      return name;
    default:
      return arg satisfies never;
  }
}

/** `a|b` are words to type, anything else stands for one. */
function hintOf(valueHint: string): string {
  return valueHint.includes("|") ? valueHint : valueHint.toUpperCase();
}
