import { McpzipError } from "../core/error.ts";
import type { RawJson } from "../rpc/raw-json.ts";

/** The arguments of a meta-tool call, read member by member so that what is passed on stays as it came. */
export type ToolArguments = ReadonlyMap<string, RawJson>;

export function readArguments(json: RawJson | undefined): ToolArguments {
  if (json === undefined || json.text() === "null") return new Map();
  try {
    return json.members();
  } catch (cause) {
    throw new McpzipError("ARGUMENTS_INVALID", "arguments must be a JSON object", { cause });
  }
}

export function stringArgument(args: ToolArguments, name: string): string | undefined {
  const value = parsed(args, name);
  if (value === undefined || typeof value === "string") return value;
  throw wrongType(name, "a string", value);
}

/** One string or a list of them. */
export function stringsArgument(args: ToolArguments, name: string): readonly string[] {
  const value = parsed(args, name);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const strings = values.filter((each) => typeof each === "string");
  if (strings.length > 0 && strings.length === values.length) return strings;
  throw wrongType(name, "a string or a list of strings", value);
}

/** A positive number; models also send it as text. */
export function numberArgument(args: ToolArguments, name: string): number | undefined {
  const value = parsed(args, name);
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number) && number > 0) return number;
  throw wrongType(name, "a number above 0", value);
}

/** Whether something is wanted; models also send it as text. */
export function booleanArgument(args: ToolArguments, name: string): boolean {
  const value = parsed(args, name);
  if (value === undefined || value === null || value === false || value === "false") return false;
  if (value === true || value === "true") return true;
  throw wrongType(name, "true or false", value);
}

function parsed(args: ToolArguments, name: string): unknown {
  try {
    return args.get(name)?.parse();
  } catch (cause) {
    throw new McpzipError("ARGUMENTS_INVALID", `"${name}" is not valid JSON`, { cause });
  }
}

function wrongType(name: string, expected: string, value: unknown): McpzipError {
  const got = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
  return new McpzipError("ARGUMENTS_INVALID", `"${name}" must be ${expected}, not ${got}`);
}
