import { describe, expect, test } from "bun:test";
import type { JsonSchema } from "../../src/core/tool.ts";
import { mirroredParams, paramHeaders } from "../../src/upstream/param-headers.ts";

const object = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: "object",
  properties,
});
const marked = (header: unknown, type = "string") => ({ type, "x-mcp-header": header });

describe("paramHeaders", () => {
  const schema = object({
    region: marked("Region"),
    count: marked("Count", "integer"),
    dry: marked("Dry-Run", "boolean"),
    plain: { type: "string" },
    target: object({ zone: marked("Zone") }),
  });

  test("mirrors marked arguments at any depth and no others", () => {
    const args = { region: "eu", count: 3, dry: false, plain: "x", target: { zone: "b" } };
    expect(paramHeaders(schema, args)).toEqual({
      "Mcp-Param-Region": "eu",
      "Mcp-Param-Count": "3",
      "Mcp-Param-Dry-Run": "false",
      "Mcp-Param-Zone": "b",
    });
  });

  test.each([
    ["null", { region: null }],
    ["absent", {}],
    ["no primitive", { region: { a: 1 }, count: 1.5, dry: ["x"] }],
    ["too large to be exact", { count: 2 ** 60 }],
    ["on a path that is not there", { target: "b" }],
    ["no object at all", undefined],
  ])("leaves out what is %s", (_, args) => {
    expect(paramHeaders(schema, args)).toEqual({});
  });

  test.each([
    ["plain text", "plain text"],
    ["a\tb", "a\tb"],
    ["", "=?base64??="],
    [" padded", "=?base64?IHBhZGRlZA==?="],
    ["padded ", "=?base64?cGFkZGVkIA==?="],
    ["line\nbreak", "=?base64?bGluZQpicmVhaw==?="],
    ["Zürich", "=?base64?WsO8cmljaA==?="],
    ["=?base64?eA==?=", "=?base64?PT9iYXNlNjQ/ZUE9PT89?="],
  ])("encodes %j as %j", (region, encoded) => {
    expect(paramHeaders(schema, { region })).toEqual({ "Mcp-Param-Region": encoded });
  });

  test("mirrors nothing for a schema without marks, or none", () => {
    expect(paramHeaders(object({ a: { type: "string" } }), { a: "x" })).toEqual({});
    expect(paramHeaders(true, { a: "x" })).toEqual({});
    expect(paramHeaders(undefined, { a: "x" })).toEqual({});
  });
});

describe("mirroredParams", () => {
  test.each<[string, JsonSchema]>([
    ["an empty name", object({ a: marked("") })],
    ["a name that is no text", object({ a: marked(1) })],
    ["a name with a space", object({ a: marked("a b") })],
    ["a line break in a name", object({ a: marked("a\r\nb") })],
    ["an object", object({ a: marked("A", "object") })],
    ["a number", object({ a: marked("A", "number") })],
    ["the same name twice", object({ a: marked("A"), b: marked("a") })],
    ["the whole schema", { ...marked("A"), properties: {} }],
    ["items", object({ a: { type: "array", items: marked("A") } })],
    ["a branch of oneOf", { oneOf: [object({ a: marked("A") })] }],
    ["a definition", { $defs: { a: marked("A") } }],
  ])("finds the fault: %s", (_, schema) => {
    expect(mirroredParams(schema).fault).toBeString();
  });

  test("finds no fault in data that only look like a mark", () => {
    const property = { type: "object", default: marked("A"), examples: [marked("B")] };
    expect(mirroredParams(object({ a: property })).fault).toBeUndefined();
  });

  test("does not lose itself in a schema of any depth", () => {
    let schema: JsonSchema = { type: "string" };
    for (let i = 0; i < 100_000; i++) schema = { items: schema };
    expect(mirroredParams(object({ a: schema })).fault).toBeUndefined();
  });
});
