import { oneLine } from "./one-line.ts";
import { isRecord, type JsonSchema } from "./tool.ts";

/** A parameter list longer than this is cut; describe_tool has the rest. */
const MAX_PARAMETERS = 10;
/** A type spelled out (an enum, a union) is shown when it is no longer than this. */
const MAX_SPELLED_LENGTH = 48;
const MAX_NESTED_PROPERTIES = 4;
/** Objects are spelled out this deep, arrays and unions a little deeper. */
const MAX_OBJECT_DEPTH = 1;
const MAX_DEPTH = 4;

/**
 * A JSON Schema's properties on one line: `channel:string*, limit:integer`. `*` marks the required;
 * those come first. Short enums, array items and object members are spelled out.
 */
export function signatureOf(schema: JsonSchema | undefined): string {
  const properties = propertiesOf(schema);
  const parts = properties.slice(0, MAX_PARAMETERS).map((property) => spelled(property, 0));
  const hidden = properties.length - parts.length;
  if (hidden > 0) parts.push(`+${hidden} more`);
  return parts.join(", ");
}

interface Property {
  readonly name: string;
  readonly schema: unknown;
  readonly isRequired: boolean;
}

function propertiesOf(schema: unknown): Property[] {
  if (!isRecord(schema) || !isRecord(schema.properties)) return [];
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const properties = Object.entries(schema.properties).map(([name, property]) => ({
    name,
    schema: property,
    isRequired: required.has(name),
  }));
  return properties.toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

function spelled({ name, schema, isRequired }: Property, depth: number): string {
  return `${oneLine(name)}:${typeName(schema, depth)}${isRequired ? "*" : ""}`;
}

function typeName(schema: unknown, depth: number): string {
  if (!isRecord(schema) || depth > MAX_DEPTH) return "any";
  if ("const" in schema) return clipped(literal(schema.const));
  if (Array.isArray(schema.enum)) return enumType(schema.enum, schema.type);
  const type = Array.isArray(schema.type)
    ? schema.type.find((each) => each !== "null")
    : schema.type;
  if (type === "array") return arrayType(schema.items, depth);
  if (type === "object" || isRecord(schema.properties)) return objectType(schema, depth);
  if (typeof type === "string") return clipped(type);
  const alternatives = schema.anyOf ?? schema.oneOf;
  return Array.isArray(alternatives) ? unionType(alternatives, depth) : "any";
}

function enumType(values: readonly unknown[], type: unknown): string {
  const choices = values.map(literal).join("|");
  if (choices.length <= MAX_SPELLED_LENGTH) return oneLine(choices);
  return typeof type === "string" ? clipped(type) : "string";
}

function arrayType(items: unknown, depth: number): string {
  const item = typeName(items, depth + 1);
  return item.includes("|") && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
}

function unionType(alternatives: readonly unknown[], depth: number): string {
  const names = alternatives.map((alternative) => typeName(alternative, depth + 1));
  const choices = [...new Set(names)].filter((name) => name !== "null").join("|");
  return choices !== "" && choices.length <= MAX_SPELLED_LENGTH ? choices : "any";
}

function objectType(schema: Readonly<Record<string, unknown>>, depth: number): string {
  const inner = depth > MAX_OBJECT_DEPTH ? [] : propertiesOf(schema);
  if (inner.length === 0 || inner.length > MAX_NESTED_PROPERTIES) return "object";
  return `{${inner.map((property) => spelled(property, depth + 1)).join(", ")}}`;
}

function literal(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function clipped(text: string): string {
  return oneLine(
    text.length <= MAX_SPELLED_LENGTH ? text : `${text.slice(0, MAX_SPELLED_LENGTH - 1)}…`,
  );
}
