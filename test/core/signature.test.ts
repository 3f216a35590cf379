import { describe, expect, test } from "bun:test";
import { signatureOf } from "../../src/core/signature.ts";
import type { JsonSchema } from "../../src/core/tool.ts";

/** The signature of a tool with one parameter, `p`. */
function signatureFor(property: unknown): string {
  return signatureOf({ type: "object", properties: { p: property } });
}

describe("a parameter list", () => {
  test("names, types and what is required, the required first", () => {
    const schema = {
      type: "object",
      properties: {
        thread_ts: { type: "string", description: "Timestamp of the thread" },
        limit: { type: "integer", default: 10 },
        channel: { type: "string" },
        unfurl: { type: "boolean" },
        text: { type: "string", minLength: 1 },
      },
      required: ["channel", "text"],
      additionalProperties: false,
      $schema: "http://json-schema.org/draft-07/schema#",
    };
    expect(signatureOf(schema)).toBe(
      "channel:string*, text:string*, thread_ts:string, limit:integer, unfurl:boolean",
    );
  });

  test("ends after ten with the number of the rest", () => {
    const names = Array.from({ length: 13 }, (_, index) => `p${index}`);
    const properties = Object.fromEntries(names.map((name) => [name, { type: "number" }]));
    const signature = signatureOf({ properties, required: ["p12"] });
    expect(signature).toStartWith("p12:number*, p0:number, ");
    expect(signature).toEndWith("p8:number, +3 more");
  });

  test("says nothing of a required name that is no property", () => {
    const schema = { properties: { a: { type: "string" } }, required: ["missing", "a", 7, null] };
    expect(signatureOf(schema)).toBe("a:string*");
  });

  test.each<[JsonSchema | undefined]>([
    [undefined],
    [true],
    [false],
    [{}],
    [{ type: "object" }],
    [{ type: "object", properties: {} }],
    [{ properties: [] }],
    [{ properties: "x", required: "y" }],
    [{ $ref: "#/$defs/Input" }],
  ])("is empty for %j", (schema) => {
    expect(signatureOf(schema)).toBe("");
  });

  test("is not confused by the names of Object's own members", () => {
    const schema: unknown = JSON.parse(
      '{"properties":{"__proto__":{"type":"string"},"constructor":{"type":"number"}},"required":["toString"]}',
    );
    expect(signatureOf(schema as JsonSchema)).toBe("__proto__:string, constructor:number");
  });
});

describe("a type", () => {
  test.each<[string, unknown, string]>([
    ["a plain one", { type: "string" }, "string"],
    ["one with a format", { type: "string", format: "date-time" }, "string"],
    ["a nullable one", { type: ["string", "null"] }, "string"],
    ["pydantic's Optional", { anyOf: [{ type: "string" }, { type: "null" }] }, "string"],
    ["null alone", { type: "null" }, "null"],
    ["a union", { anyOf: [{ type: "string" }, { type: "integer" }] }, "string|integer"],
    ["oneOf", { oneOf: [{ type: "string" }, { type: "array" }] }, "string|any[]"],
    [
      "equal alternatives",
      { anyOf: [{ type: "string", format: "uri" }, { type: "string" }] },
      "string",
    ],
    ["no alternatives", { anyOf: [] }, "any"],
    ["a reference", { $ref: "#/$defs/Item" }, "any"],
    ["no type", { description: "anything" }, "any"],
    ["true", true, "any"],
    ["false", false, "any"],
    ["rubbish", "string", "any"],
    ["a type of a wrong type", { type: 7 }, "any"],
    ["an array", { type: "array", items: { type: "string" } }, "string[]"],
    ["an array of anything", { type: "array" }, "any[]"],
    ["a tuple", { type: "array", items: [{ type: "string" }] }, "any[]"],
    [
      "an array of arrays",
      { type: "array", items: { type: "array", items: { type: "number" } } },
      "number[][]",
    ],
    ["an object", { type: "object" }, "object"],
    ["a map", { type: "object", additionalProperties: { type: "string" } }, "object"],
    ["a constant", { const: "fixed" }, "fixed"],
    ["a constant null", { const: null }, "null"],
    ["a constant number", { const: 3, type: "number" }, "3"],
  ])("%s", (_, property, type) => {
    expect(signatureFor(property)).toBe(`p:${type}`);
  });

  test("keeps its own name beside alternatives that only narrow it", () => {
    const property = { type: "string", anyOf: [{ format: "email" }, { format: "uri" }] };
    expect(signatureFor(property)).toBe("p:string");
  });

  test("of an array of a choice is not mistaken for a choice of an array", () => {
    const items = { anyOf: [{ type: "string" }, { type: "integer" }] };
    expect(signatureFor({ type: "array", items })).toBe("p:(string|integer)[]");
    const enumItems = { type: "string", enum: ["open", "closed"] };
    expect(signatureFor({ type: "array", items: enumItems })).toBe("p:(open|closed)[]");
  });
});

describe("an enum", () => {
  test("is spelled out when it is short", () => {
    expect(signatureFor({ type: "string", enum: ["asc", "desc"] })).toBe("p:asc|desc");
    expect(signatureFor({ enum: [1, 2, null, true] })).toBe("p:1|2|null|true");
  });

  test("is its type when it is long", () => {
    const values = Array.from({ length: 40 }, (_, index) => `value_${index}`);
    expect(signatureFor({ type: "string", enum: values })).toBe("p:string");
    expect(signatureFor({ enum: values })).toBe("p:string");
    expect(signatureFor({ type: "integer", enum: values.map((_, index) => 1e6 + index) })).toBe(
      "p:integer",
    );
  });
});

describe("an object", () => {
  const point = {
    type: "object",
    properties: { x: { type: "number" }, y: { type: "number" }, label: { type: "string" } },
    required: ["x", "y"],
  };

  test("is spelled out when it has few members", () => {
    expect(signatureFor(point)).toBe("p:{x:number*, y:number*, label:string}");
  });

  test("in an array is spelled out too", () => {
    expect(signatureFor({ type: "array", items: point })).toBe(
      "p:{x:number*, y:number*, label:string}[]",
    );
  });

  test("without a type is known by its properties", () => {
    expect(signatureFor({ properties: { x: { type: "number" } } })).toBe("p:{x:number}");
  });

  test("with many members is an object", () => {
    const members = ["a", "b", "c", "d", "e"].map((name) => [name, { type: "string" }] as const);
    expect(signatureFor({ type: "object", properties: Object.fromEntries(members) })).toBe(
      "p:object",
    );
  });
});
