import { isRecord, type JsonSchema } from "./tool.ts";

/** A parameter list longer than this is cut; describe_tool has the rest. */
const MAX_PARAMETERS = 10;
/** An enum is shown when its values together are no longer than this. */
const MAX_ENUM_LENGTH = 48;
const MAX_NESTED_PROPERTIES = 4;

/**
 * A JSON Schema's properties on one line: `channel:string*, limit:integer`. `*` marks the required;
 * those come first. Short enums, array items and object members are spelled out.
 */
export function signatureOf(schema: JsonSchema | undefined): string {
  const parameters = parametersOf(schema);
  const shown = parameters.slice(0, MAX_PARAMETERS);
  const parts = shown.map(
    ({ name, type, isRequired }) => `${name}:${type}${isRequired ? "*" : ""}`,
  );
  const hidden = parameters.length - shown.length;
  if (hidden > 0) parts.push(`+${hidden} more`);
  return parts.join(", ");
}

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
}

function parametersOf(schema: JsonSchema | undefined): Parameter[] {
  if (!isRecord(schema) || !isRecord(schema.properties)) return [];
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const parameters = Object.entries(schema.properties).map(([name, property]) => ({
    name,
    type: typeName(property, 0),
    isRequired: required.has(name),
  }));
  return parameters.toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

function typeName(schema: unknown, depth: number): string {
  if (!isRecord(schema)) return "any";
  if ("const" in schema) return literal(schema.const);
  if (Array.isArray(schema.enum)) return enumType(schema.enum, schema.type);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(alternatives)) return unionType(alternatives, depth);
  const type = Array.isArray(schema.type) ? schema.type.find((t) => t !== "null") : schema.type;
  if (type === "array") return `${typeName(schema.items, depth + 1)}[]`;
  if (type === "object" || isRecord(schema.properties)) return objectType(schema, depth);
  return typeof type === "string" ? type : "any";
}

function enumType(values: readonly unknown[], type: unknown): string {
  const spelled = values.map(literal).join("|");
  if (spelled.length <= MAX_ENUM_LENGTH) return spelled;
  return typeof type === "string" ? type : "string";
}

function unionType(alternatives: readonly unknown[], depth: number): string {
  const names = alternatives.map((alternative) => typeName(alternative, depth + 1));
  const distinct = [...new Set(names)].filter((name) => name !== "null");
  const spelled = distinct.join("|");
  return distinct.length > 0 && spelled.length <= MAX_ENUM_LENGTH ? spelled : "any";
}

function objectType(schema: Readonly<Record<string, unknown>>, depth: number): string {
  const inner = parametersOf(schema);
  if (depth > 1 || inner.length === 0 || inner.length > MAX_NESTED_PROPERTIES) return "object";
  const members = inner.map(
    ({ name, type, isRequired }) => `${name}:${type}${isRequired ? "*" : ""}`,
  );
  return `{${members.join(", ")}}`;
}

function literal(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
