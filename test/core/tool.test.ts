import { describe, expect, test } from "bun:test";
import { isRecord, isSchema, parseTool, type CatalogTool } from "../../src/core/tool.ts";

function entry(json: string): CatalogTool {
  return { qualifiedName: "a__b", server: "a", name: "b", json };
}

function parse(json: string) {
  return parseTool(entry(json));
}

describe("parseTool", () => {
  test("reads every field that mcpzip knows and no other", () => {
    const fields = {
      title: "B",
      description: "Does b.",
      inputSchema: { type: "object" },
      outputSchema: true,
      annotations: { readOnlyHint: true },
    };
    const tool = parse(JSON.stringify({ name: "b", ...fields, _meta: { a: 1 }, icons: [] }));
    expect(tool).toEqual({ name: "b", ...fields });
  });

  test("takes the name from the catalog", () => {
    expect(parse('{"name":"another"}').name).toBe("b");
    expect(parse('{"name":{"toString":1}}').name).toBe("b");
  });

  test.each(["{}", "[]", "null", "7", '"text"', "true", '[{"description":"x"}]'])(
    "finds nothing but the name in %s",
    (json) => {
      expect(parse(json)).toEqual({ name: "b" });
    },
  );

  test.each([
    '{"title":1}',
    '{"description":null}',
    '{"description":["x"]}',
    '{"inputSchema":null}',
    '{"inputSchema":[]}',
    '{"inputSchema":"object"}',
    '{"outputSchema":1}',
    '{"annotations":[]}',
    '{"annotations":"x"}',
  ])("drops the field of a wrong type in %s", (json) => {
    expect(parse(json)).toEqual({ name: "b" });
  });

  test("a key named __proto__ gives a tool nothing", () => {
    const tool = parse('{"__proto__":{"description":"sneaked in"}}');
    expect(tool.description).toBeUndefined();
    expect(Object.keys(tool)).toEqual(["name"]);
  });
});

test.each([
  [{}, true, true],
  [Object.create(null), true, true],
  [[], false, false],
  [null, false, false],
  [undefined, false, false],
  ["x", false, false],
  [1, false, false],
  [true, false, true],
  [false, false, true],
])("%p is a record: %p, a schema: %p", (value: unknown, record, schema) => {
  expect(isRecord(value)).toBe(record);
  expect(isSchema(value)).toBe(schema);
});
