import { McpzipError } from "../core/error.ts";
import { signatureOf } from "../core/signature.ts";
import { isRecord, type CatalogTool, type JsonSchema, type Tool } from "../core/tool.ts";
import { RawJson } from "../rpc/raw-json.ts";

const NO_ARGUMENTS = RawJson.of({});
const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
/** Models encode twice at most; a third layer is a string that means itself. */
const MAX_LAYERS = 3;

/**
 * The arguments to send to an upstream tool. JSON that arrived as a string is unwrapped where the
 * schema wants an object (or, inside, an array); everything else passes as it came. Throws
 * ARGUMENTS_INVALID, quoting what the schema expects, when they are no object or miss a required one.
 */
export function upstreamArguments(
  given: RawJson | undefined,
  { entry, tool }: { readonly entry: CatalogTool; readonly tool: Tool },
): RawJson {
  if (given === undefined || given.isNull) return checked(NO_ARGUMENTS, { entry, tool });
  const args = unwrapped(given, "object");
  if (args === undefined) throw invalid(entry, tool, "arguments must be an object");
  return checked(unwrapMembers(args, tool.inputSchema), { entry, tool });
}

/** An error that quotes the schema, so that the model can mend its call. */
export function invalid(entry: CatalogTool, { inputSchema }: Tool, message: string): McpzipError {
  const expected = signatureOf(inputSchema);
  return new McpzipError("ARGUMENTS_INVALID", `${entry.qualifiedName}: ${message}`, {
    server: entry.server,
    why: expected === "" ? "the tool takes no arguments" : `it expects [${expected}], * = required`,
    fix: `describe_tool has the whole schema of ${entry.qualifiedName}`,
  });
}

function checked(
  args: RawJson,
  { entry, tool }: { readonly entry: CatalogTool; readonly tool: Tool },
): RawJson {
  const required = isRecord(tool.inputSchema) ? tool.inputSchema.required : undefined;
  if (!Array.isArray(required) || required.length === 0) return args;
  const given = membersOf(args, entry, tool);
  const missing = required.filter((name) => typeof name === "string" && !given.has(name));
  if (missing.length === 0) return args;
  throw invalid(entry, tool, `missing ${missing.map((name) => `"${name}"`).join(", ")}`);
}

function membersOf(args: RawJson, entry: CatalogTool, tool: Tool): ReadonlyMap<string, RawJson> {
  try {
    return args.members();
  } catch {
    throw invalid(entry, tool, "arguments must be an object");
  }
}

function unwrapMembers(args: RawJson, schema: JsonSchema | undefined): RawJson {
  const properties = isRecord(schema) && isRecord(schema.properties) ? schema.properties : {};
  const wanted = Object.entries(properties).filter(
    ([, property]) => containerType(property) !== undefined,
  );
  if (wanted.length === 0) return args;
  const members = args.members();
  let isChanged = false;
  for (const [name, property] of wanted) {
    const given = members.get(name);
    const type = containerType(property);
    if (given?.opening !== QUOTE || type === undefined) continue;
    const inner = unwrapped(given, type);
    if (inner === undefined) continue;
    members.set(name, inner);
    isChanged = true;
  }
  return isChanged ? RawJson.object(Object.fromEntries(members)) : args;
}

/** `object` or `array` when the schema takes that and nothing else: never where a string is allowed. */
function containerType(schema: unknown): "object" | "array" | undefined {
  if (!isRecord(schema)) return undefined;
  return schema.type === "object" || schema.type === "array" ? schema.type : undefined;
}

/** The object or array inside a value, its own text kept; undefined when there is none. */
export function unwrapped(given: RawJson, type: "object" | "array"): RawJson | undefined {
  let json = given;
  for (let layer = 0; layer < MAX_LAYERS && json.opening === QUOTE; layer++) {
    const inner = parsedString(json);
    if (inner === undefined) return undefined;
    json = new RawJson(Buffer.from(inner.trim()));
  }
  const opening = type === "object" ? OPEN_BRACE : OPEN_BRACKET;
  return json.opening === opening && isJson(json) ? json : undefined;
}

function parsedString(json: RawJson): string | undefined {
  try {
    const value = json.parse();
    return typeof value === "string" ? value : undefined;
  } catch {
    // Not JSON: then it is nothing to unwrap, and passes as it is.
    return undefined;
  }
}

function isJson(json: RawJson): boolean {
  try {
    json.parse();
    return true;
  } catch {
    // A string that only looks like JSON means itself.
    return false;
  }
}
