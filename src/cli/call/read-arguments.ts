import { McpzipError } from "../../core/error.ts";
import { nearestNames } from "../../core/nearest.ts";
import { signatureOf } from "../../core/signature.ts";
import { isRecord, type JsonSchema } from "../../core/tool.ts";
import { RawJson } from "../../rpc/raw-json.ts";
import { writtenValue } from "./written-value.ts";

/** How the arguments of a call were given. */
export interface GivenArguments {
  /** `key=value` each, or a lone `-`. */
  readonly words: readonly string[];
  /** The value of `--args`. */
  readonly json: string | undefined;
  readonly readStdin: () => Promise<string>;
}

/** JSON from `--args` or stdin; undefined where words are to be read by the tool's schema. Throws USAGE. */
export async function wholeArguments({
  words,
  json,
  readStdin,
}: GivenArguments): Promise<RawJson | undefined> {
  const isStdin = words.includes("-");
  if (!isStdin && json === undefined) return undefined;
  if (words.length + (json === undefined ? 0 : 1) > 1)
    throw wrongUsage("the arguments are given in two ways, and one is enough");
  const text = json ?? (await readStdin());
  const where = isStdin ? "stdin" : "--args";
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return new RawJson(Buffer.from(text.trim()));
  } catch (cause) {
    throw wrongUsage(`${where} is not valid JSON`, cause);
  }
  throw wrongUsage(`${where} must be a JSON object`);
}

/** The arguments from words, by the tool's schema. Throws USAGE and ARGUMENTS_INVALID. */
export function writtenArguments(
  words: readonly string[],
  { tool, schema }: { readonly tool: string; readonly schema: JsonSchema | undefined },
): RawJson {
  const given = Map.groupBy(words.map(splitWord), ([key]) => key);
  const { properties } = isRecord(schema) ? schema : {};
  const known = isRecord(properties) ? properties : {};
  const members: Record<string, RawJson> = {};
  for (const [key, pairs] of given) {
    if (!Object.hasOwn(known, key) && isClosed(schema)) throw unknownKey(key, { tool, schema });
    const own = Object.hasOwn(known, key) ? known[key] : undefined;
    const texts = pairs.map(([, text]) => text);
    Object.defineProperty(members, key, {
      value: writtenValue(texts, { key, schema: own, root: schema }),
      enumerable: true,
    });
  }
  return RawJson.object(members);
}

function splitWord(word: string): [key: string, value: string] {
  const at = word.indexOf("=");
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw wrongUsage(`"${word}" is not KEY=VALUE`);
}

/** In a shell a key that the schema does not name is a slip, unless it says that there are more. */
function isClosed(schema: JsonSchema | undefined): boolean {
  if (!isRecord(schema)) return false;
  const { properties, additionalProperties: more, patternProperties } = schema;
  if (!isRecord(properties) || patternProperties !== undefined) return false;
  return more === undefined || more === false;
}

function unknownKey(
  key: string,
  { tool, schema }: { readonly tool: string; readonly schema: JsonSchema | undefined },
): McpzipError {
  const names = isRecord(schema) && isRecord(schema.properties) ? schema.properties : {};
  const [nearest] = nearestNames(key, Object.keys(names), 1);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  const expected = signatureOf(schema);
  return new McpzipError("ARGUMENTS_INVALID", `${tool} has no argument "${key}"${hint}`, {
    why: expected === "" ? "the tool takes no arguments" : `it takes [${expected}], * = required`,
  });
}

function wrongUsage(message: string, cause?: unknown): McpzipError {
  return new McpzipError("USAGE", message, { fix: "mcpzip call --help", cause });
}
