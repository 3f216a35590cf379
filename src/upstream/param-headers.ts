import { isRecord, type JsonSchema } from "../core/tool.ts";

/** An argument that the server wants in a header as well, and the path to it in `arguments`. */
interface MirroredParam {
  readonly path: readonly string[];
  readonly header: string;
}

export interface MirroredParams {
  readonly params: readonly MirroredParam[];
  /** What is wrong with the annotations: the tool is then not to be offered. */
  readonly fault: string | undefined;
}

const ANNOTATION = "x-mcp-header";
/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const MIRRORED_TYPES: ReadonlySet<unknown> = new Set(["string", "integer", "boolean"]);
/** Deeper than any schema that is meant to be read. */
const MAX_DEPTH = 100;

const scanned = new WeakMap<object, MirroredParams>();

/**
 * The parameters that a tool's schema marks with `x-mcp-header` (SEP-2243; MCP 2026-07-28, Streamable
 * HTTP). They may stand anywhere below `properties` alone.
 */
export function mirroredParams(schema: JsonSchema | undefined): MirroredParams {
  if (!isRecord(schema)) return { params: [], fault: undefined };
  const known = scanned.get(schema);
  if (known !== undefined) return known;
  const found = scan(schema);
  scanned.set(schema, found);
  return found;
}

/** The `Mcp-Param-*` headers of a call; arguments that are absent, null or no primitives have none. */
export function paramHeaders(
  schema: JsonSchema | undefined,
  args: unknown,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const { path, header } of mirroredParams(schema).params) {
    const text = textOf(path.reduce(memberOf, args));
    if (text !== undefined) headers[`Mcp-Param-${header}`] = fieldValue(text);
  }
  return headers;
}

function scan(schema: Readonly<Record<string, unknown>>): MirroredParams {
  const params: MirroredParam[] = [];
  const faults: string[] = [];
  const visit = (node: unknown, path: readonly string[]): void => {
    if (!isRecord(node) || path.length > MAX_DEPTH) return;
    const { properties, ...rest } = node;
    if (ANNOTATION in node) faults.push(...annotationFaults(node, { path, params }));
    if (isRecord(properties))
      for (const [key, child] of Object.entries(properties)) visit(child, [...path, key]);
    if (isAnnotated(rest)) faults.push(`${nameOf(path)} has an ${ANNOTATION} outside "properties"`);
  };
  visit(schema, []);
  return { params, fault: faults[0] };
}

/** Takes the parameter in, when there is nothing wrong with it. */
function annotationFaults(
  node: Readonly<Record<string, unknown>>,
  { path, params }: { readonly path: readonly string[]; readonly params: MirroredParam[] },
): string[] {
  const header = node[ANNOTATION];
  if (path.length === 0 || typeof header !== "string" || !TOKEN.test(header))
    return [`${nameOf(path)} has an ${ANNOTATION} that is no header name`];
  if (!MIRRORED_TYPES.has(node.type))
    return [`${nameOf(path)} has an ${ANNOTATION} but is no string, integer or boolean`];
  if (params.some((param) => param.header.toLowerCase() === header.toLowerCase()))
    return [`the ${ANNOTATION} "${header}" is there twice`];
  params.push({ path, header });
  return [];
}

/** Whether a keyword other than `properties` leads to an annotation: the schema's data do not count. */
function isAnnotated(keywords: Readonly<Record<string, unknown>>): boolean {
  const { const: _const, enum: _enum, default: _default, examples: _examples, ...rest } = keywords;
  const within = (node: unknown, depth: number): boolean => {
    if (typeof node !== "object" || node === null || depth > MAX_DEPTH) return false;
    return ANNOTATION in node || Object.values(node).some((child) => within(child, depth + 1));
  };
  return Object.values(rest).some((node) => within(node, 0));
}

function nameOf(path: readonly string[]): string {
  return path.length === 0 ? "the schema" : `"${path.join(".")}"`;
}

function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const isSayable = typeof value === "boolean" || Number.isSafeInteger(value);
  return isSayable ? String(value) : undefined;
}

/** As it stands where a header can hold it (RFC 9110 section 5.5), else in base64. */
function fieldValue(text: string): string {
  const isSafe = /^[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?$/.test(text);
  const looksEncoded = text.startsWith("=?base64?") && text.endsWith("?=");
  return isSafe && !looksEncoded ? text : `=?base64?${Buffer.from(text).toString("base64")}?=`;
}
