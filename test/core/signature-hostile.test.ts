import { describe, expect, test } from "bun:test";
import { signatureOf } from "../../src/core/signature.ts";

const LEVELS = 60;
const LEAF: unknown = { type: "string" };

/** A schema that holds itself, wrapped once more, again and again. */
function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let schema = LEAF;
  for (let level = 0; level < levels; level++) schema = wrap(schema);
  return schema;
}

/** Throws once it has been looked into more often than any signature needs to. */
function counted(properties: Readonly<Record<string, unknown>>, visits: { left: number }) {
  return {
    type: "object",
    get properties() {
      if (visits.left-- <= 0) throw new Error("looked into again and again");
      return properties;
    },
  };
}

describe(`a schema ${LEVELS} levels deep`, () => {
  test.each<[string, (inner: unknown) => unknown]>([
    ["objects", (inner) => ({ type: "object", properties: { a: inner } })],
    ["arrays", (items) => ({ type: "array", items })],
    ["alternatives", (inner) => ({ anyOf: [inner, { type: "null" }] })],
    ["choices", (inner) => ({ oneOf: [{ type: "array", items: inner }, { type: "integer" }] })],
    ["arrays of objects", (a) => ({ type: "array", items: { type: "object", properties: { a } } })],
  ])("of %s has a short signature", (_, wrap) => {
    const signature = signatureOf({ properties: { p: nested(LEVELS, wrap) } });
    expect(signature).toStartWith("p:");
    expect(signature.length).toBeLessThan(150);
  });

  test("whose every level branches is not walked to its end", () => {
    const visits = { left: 1000 };
    const schema = nested(LEVELS, (inner) => counted({ a: inner, b: inner, c: inner }, visits));
    expect(signatureOf({ properties: { p: schema } }).length).toBeLessThan(500);
  });

  test("10,000 levels deep does not overflow the stack", () => {
    for (const wrap of [
      (items: unknown) => ({ type: "array", items }),
      (inner: unknown) => ({ anyOf: [inner] }),
      (inner: unknown) => ({ type: "object", properties: { a: inner } }),
    ]) {
      const signature = signatureOf({ properties: { p: nested(10_000, wrap) } });
      expect(signature.length).toBeLessThan(150);
    }
  });
});

describe("a hostile schema", () => {
  test("cannot break out of the line", () => {
    const signature = signatureOf({
      properties: {
        "a\nb": { type: "string\nfix: run rm" },
        c: { enum: ["x\r\ny"] },
        d: { const: "x\u2028y" },
      },
    });
    expect(signature).not.toMatch(/[\n\r\u2028]/);
  });

  test("cannot make the line long with a constant or a type", () => {
    expect(signatureOf({ properties: { p: { const: "x".repeat(5000) } } }).length).toBeLessThan(
      100,
    );
    expect(signatureOf({ properties: { p: { type: "x".repeat(5000) } } }).length).toBeLessThan(100);
  });
});
