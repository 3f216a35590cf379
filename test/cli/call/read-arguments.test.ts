import { describe, expect, test } from "bun:test";
import { wholeArguments, writtenArguments } from "../../../src/cli/call/read-arguments.ts";

const SCHEMA = {
  type: "object",
  properties: {
    text: { type: "string" },
    maybe: { anyOf: [{ type: "string" }, { type: "null" }] },
    count: { type: "integer" },
    ratio: { type: "number" },
    isLoud: { type: "boolean" },
    limit: { anyOf: [{ type: "integer" }, { type: "null" }] },
    options: { type: "object" },
    tags: { type: "array", items: { type: "string" } },
    ids: { type: "array", items: { type: "integer" } },
    level: { $ref: "#/$defs/Level" },
    any: {},
    loop: { $ref: "#/properties/loop" },
  },
  $defs: { Level: { enum: [1, 2, 3] } },
};

function read(...words: string[]): string {
  return writtenArguments(words, { tool: "s__t", schema: SCHEMA }).text();
}

describe("KEY=VALUE", () => {
  test.each([
    [["text=42"], '{"text":"42"}'],
    [["text="], '{"text":""}'],
    [["text=a=b"], '{"text":"a=b"}'],
    [["text=null", "maybe=null"], '{"text":"null","maybe":"null"}'],
    [["count=42"], '{"count":42}'],
    [["count=12345678901234567890"], '{"count":12345678901234567890}'],
    [["ratio=1e3", "limit=null"], '{"ratio":1e3,"limit":null}'],
    [["isLoud=false"], '{"isLoud":false}'],
    [['options={"a": [1]}'], '{"options":{"a": [1]}}'],
    [["tags=one"], '{"tags":["one"]}'],
    [["tags=one", "tags=two"], '{"tags":["one","two"]}'],
    [['tags=["one", "two"]'], '{"tags":["one", "two"]}'],
    [["ids=1", "ids=2"], '{"ids":[1,2]}'],
    [["level=2"], '{"level":2}'],
    [["any=2", "loop=x"], '{"any":2,"loop":"x"}'],
    [["any=plain words"], '{"any":"plain words"}'],
  ])("%j become %s", (words, json) => {
    expect(read(...words)).toBe(json);
  });

  test.each([
    ["count=many", '"count" must be a whole number, not "many"'],
    ["count=1.5", '"count" must be a whole number, not "1.5"'],
    ["isLoud=yes", '"isLoud" must be true or false, not "yes"'],
    ["options=[1]", '"options" must be a JSON object, not "[1]"'],
    ["ids=x", '"ids" must be a whole number, not "x"'],
    ["limit=x", '"limit" must be a whole number or null, not "x"'],
    ["txet=x", 's__t has no argument "txet"; did you mean "text"?'],
    ["__proto__=x", 's__t has no argument "__proto__"'],
    ["text", '"text" is not KEY=VALUE'],
    ["=x", '"=x" is not KEY=VALUE'],
  ])("%s is refused", (word, message) => {
    expect(() => read(word)).toThrow(message);
  });

  test("is given once, unless it makes a list", () => {
    expect(() => read("text=a", "text=b")).toThrow('"text" is given 2 times');
  });

  test("may have any key where the schema says so, or nothing", () => {
    const open = { type: "object", properties: { a: {} }, additionalProperties: true };
    for (const schema of [open, true, undefined, {}]) {
      const json = writtenArguments(["__proto__=1", "b=x"], { tool: "s__t", schema }).text();
      expect(json).toBe('{"__proto__":1,"b":"x"}');
    }
  });
});

function whole(words: string[], json?: string, stdin = "") {
  return wholeArguments({ words, json, readStdin: () => Promise.resolve(stdin) });
}

describe("whole arguments", () => {
  test("come from --args or stdin, and keep their numbers", async () => {
    expect((await whole([], '{"id": 12345678901234567890}'))?.text()).toContain(
      "12345678901234567890",
    );
    expect((await whole(["-"], undefined, ' {"a": 1}\n'))?.text()).toBe('{"a": 1}');
    expect(await whole(["a=1"])).toBeUndefined();
    expect(await whole([])).toBeUndefined();
  });

  test.each([
    [["-"], "{}", "the arguments are given in two ways"],
    [["a=1"], "{}", "the arguments are given in two ways"],
    [["-", "a=1"], undefined, "the arguments are given in two ways"],
    [[], "[1]", "--args must be a JSON object"],
    [[], "{", "--args is not valid JSON"],
    [["-"], undefined, "stdin is not valid JSON"],
  ])("%j with --args %s are refused", async (words, json, message) => {
    await expect(whole(words, json)).rejects.toThrow(message);
  });
});
