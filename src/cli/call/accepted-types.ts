import { isRecord } from "../../core/tool.ts";

/** The JSON types that a schema takes, read loosely; none where it does not say. */
export function acceptedTypes(schema: unknown, root: unknown, depth = 0): ReadonlySet<string> {
  if (!isRecord(schema) || depth > MAX_DEPTH) return new Set();
  const { type, anyOf, oneOf, allOf, $ref } = schema;
  if (typeof type === "string") return new Set([type]);
  if (Array.isArray(type)) return new Set(type.filter((each) => typeof each === "string"));
  const values = "const" in schema ? [schema.const] : schema.enum;
  if (Array.isArray(values)) return new Set(values.map(typeOfValue));
  const parts = [anyOf, oneOf, allOf].find((each) => Array.isArray(each));
  if (Array.isArray(parts))
    return new Set(parts.flatMap((part) => [...acceptedTypes(part, root, depth + 1)]));
  return $ref === undefined ? new Set() : acceptedTypes(resolved($ref, root), root, depth + 1);
}

const MAX_DEPTH = 8;

/** A `$ref` within the schema, `#/$defs/Name`; others lead nowhere. */
export function resolved($ref: unknown, root: unknown): unknown {
  if (typeof $ref !== "string" || !$ref.startsWith("#/")) return undefined;
  let found = root;
  for (const step of $ref.slice(2).split("/")) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    found = isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }
  return found;
}

function typeOfValue(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
