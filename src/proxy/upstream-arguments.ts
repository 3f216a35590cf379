import { McpzipError } from "../core/error.ts";
import { signatureOf } from "../core/signature.ts";
import { isRecord, type CatalogTool, type Tool } from "../core/tool.ts";
import { RawJson } from "../rpc/raw-json.ts";

const NO_ARGUMENTS = RawJson.of({});
const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
/** Models encode twice at most; a third layer is a string that means itself. */
const MAX_LAYERS = 3;

/** A member that must be an object or an array: JSON in a string is unwrapped there. */
interface Container {
  readonly name: string;
  readonly type: "object" | "array";
}

interface Rules {
  readonly required: readonly string[];
  readonly containers: readonly Container[];
}

const rulesOfTools = new WeakMap<Tool, Rules>();

/**
 * The arguments to send to an upstream tool. JSON that arrived as a string is unwrapped where the
 * schema wants an object (or, inside, an array); everything else passes as it came. Throws
 * ARGUMENTS_INVALID, quoting what the schema expects, when they are no object or miss a required one.
 */
export function upstreamArguments(
  given: RawJson | undefined,
  { entry, tool }: { readonly entry: CatalogTool; readonly tool: Tool },
): RawJson {
  const isGiven = given !== undefined && !given.isNull;
  const args = isGiven ? unwrapped(given, "object") : NO_ARGUMENTS;
  if (args === undefined) throw invalid(entry, tool, "arguments must be an object");
  const { required, containers } = rulesOf(tool);
  if (required.length === 0 && containers.length === 0) return args;
  const members = args.members();
  const missing = required.filter((name) => !members.has(name));
  if (missing.length === 0) return unwrapMembers(args, { members, containers });
  throw invalid(entry, tool, `missing ${missing.map((name) => `"${name}"`).join(", ")}`);
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

/** What a tool's schema asks of its arguments, read once: a model calls the same tools again and again. */
function rulesOf(tool: Tool): Rules {
  const known = rulesOfTools.get(tool);
  if (known !== undefined) return known;
  const { required, properties } = isRecord(tool.inputSchema) ? tool.inputSchema : {};
  const rules = {
    required: Array.isArray(required) ? required.filter((name) => typeof name === "string") : [],
    containers: isRecord(properties) ? containersIn(properties) : [],
  };
  rulesOfTools.set(tool, rules);
  return rules;
}

function containersIn(properties: Readonly<Record<string, unknown>>): Container[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const type = containerType(schema);
    return type === undefined ? [] : [{ name, type }];
  });
}

function unwrapMembers(
  args: RawJson,
  {
    members,
    containers,
  }: { readonly members: Map<string, RawJson>; readonly containers: readonly Container[] },
): RawJson {
  let isChanged = false;
  for (const { name, type } of containers) {
    const given = members.get(name);
    if (given?.opening !== QUOTE) continue;
    const inner = unwrapped(given, type);
    if (inner === undefined) continue;
    members.set(name, inner);
    isChanged = true;
  }
  return isChanged ? RawJson.object(Object.fromEntries(members)) : args;
}

/** `object` or `array` when the schema takes that and nothing else: never where a string is allowed. */
function containerType(schema: unknown): Container["type"] | undefined {
  if (!isRecord(schema)) return undefined;
  return schema.type === "object" || schema.type === "array" ? schema.type : undefined;
}

/** The object or array inside a value, its own text kept; undefined when there is none. */
export function unwrapped(given: RawJson, type: Container["type"]): RawJson | undefined {
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
