import { McpzipError } from "../../core/error.ts";
import { isRecord } from "../../core/tool.ts";
import { RawJson } from "../../rpc/raw-json.ts";
import { acceptedTypes } from "./accepted-types.ts";

interface Place {
  readonly key: string;
  readonly schema: unknown;
  /** The whole schema, for what refers to its other parts. */
  readonly root: unknown;
}

/**
 * What was typed for one argument, as JSON. Where the schema takes text, it is text; else JSON. A key that
 * is given several times, or one value for a list, makes a list. Throws ARGUMENTS_INVALID.
 */
export function writtenValue(texts: readonly string[], place: Place): RawJson {
  const types = acceptedTypes(place.schema, place.root);
  const [first = ""] = texts;
  const isList = types.has("array") && !types.has("string") && !first.trimStart().startsWith("[");
  if (texts.length > 1 && !isList) {
    throw new McpzipError("ARGUMENTS_INVALID", `"${place.key}" is given ${texts.length} times`);
  }
  if (!isList) return singleValue(first, { ...place, types });
  const schema = isRecord(place.schema) ? place.schema.items : undefined;
  const itemTypes = acceptedTypes(schema, place.root);
  const items = texts.map((text) => singleValue(text, { ...place, types: itemTypes }).text());
  return new RawJson(Buffer.from(`[${items.join(",")}]`));
}

function singleValue(
  text: string,
  { key, types }: Place & { readonly types: ReadonlySet<string> },
): RawJson {
  if (types.has("string")) return RawJson.of(text);
  const type = jsonTypeOf(text);
  if (types.size === 0) return type === undefined ? RawJson.of(text) : asTyped(text);
  const isTaken =
    type !== undefined &&
    (types.has(type) || (type === "number" && types.has("integer") && isWhole(text)));
  if (isTaken) return asTyped(text);
  const expected = [...types].map((each) => NOUNS[each] ?? each).join(" or ");
  const got = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  throw new McpzipError("ARGUMENTS_INVALID", `"${key}" must be ${expected}, not ${got}`);
}

/** The text as it was typed: JavaScript would round a long number. */
function asTyped(text: string): RawJson {
  return new RawJson(Buffer.from(text.trim()));
}

const NOUNS: Readonly<Record<string, string>> = {
  array: "a JSON list",
  boolean: "true or false",
  integer: "a whole number",
  null: "null",
  number: "a number",
  object: "a JSON object",
};

function jsonTypeOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null) return "null";
    return Array.isArray(value) ? "array" : typeof value;
  } catch {
    return undefined;
  }
}

function isWhole(text: string): boolean {
  return Number.isInteger(Number(text));
}
