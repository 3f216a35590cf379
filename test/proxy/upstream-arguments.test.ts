import { describe, expect, test } from "bun:test";
import { McpzipError } from "../../src/core/error.ts";
import { parseTool, type JsonSchema } from "../../src/core/tool.ts";
import { upstreamArguments } from "../../src/proxy/upstream-arguments.ts";
import { RawJson } from "../../src/rpc/raw-json.ts";
import { catalogTool } from "../catalog/examples.ts";

const ISSUE = {
  type: "object",
  properties: {
    title: { type: "string" },
    options: { type: "object" },
    labels: { type: "array", items: { type: "string" } },
    filter: { type: ["object", "string"] },
    anything: {},
  },
};

function argumentsFor(given: string | undefined, inputSchema: JsonSchema = ISSUE): string {
  const entry = catalogTool("github", "create_issue", { inputSchema });
  const json = given === undefined ? undefined : new RawJson(Buffer.from(given));
  return upstreamArguments(json, { entry, tool: parseTool(entry) }).text();
}

function refusal(given: string | undefined, inputSchema?: JsonSchema): McpzipError {
  try {
    const passed = argumentsFor(given, inputSchema);
    throw new Error(`passed as ${passed}`);
  } catch (error) {
    if (error instanceof McpzipError) return error;
    throw error;
  }
}

/** Text encoded as a JSON string, as often as wanted. */
function encoded(text: string, layers = 1): string {
  return layers === 0 ? text : encoded(JSON.stringify(text), layers - 1);
}

describe("an object", () => {
  test.each([
    "{}",
    '{ "title" : "x" }',
    '{"title":"x","unknown":[1,2],"title":"y"}',
    '{"n":12345678901234567890,"huge":1e400,"small":-0.0}',
    '{"title":"\\u00e9\\ud83d\\ude00 é😀 \\/"}',
    '{"options":{"deep":{"n":9007199254740993}},"labels":[ "a" ]}',
    '{"options":null,"labels":null}',
    '{"__proto__":{"a":1},"constructor":1}',
  ])("passes byte for byte: %s", (given) => {
    expect(argumentsFor(given)).toBe(given);
    expect(argumentsFor(given, true)).toBe(given);
  });
});

describe("nothing", () => {
  test.each([undefined, "null"])("%s is an object without members", (given) => {
    expect(argumentsFor(given)).toBe("{}");
  });
});

describe("an object in a string", () => {
  const given = '{"title":"x","n":12345678901234567890}';

  test.each([1, 2])("encoded %d times is unwrapped, its own text kept", (layers) => {
    expect(argumentsFor(encoded(given, layers))).toBe(given);
  });

  test("may have white space around it", () => {
    expect(argumentsFor(encoded(`\n ${given}\t`))).toBe(given);
  });

  test.each([
    encoded('{"title":'),
    encoded("{title: x}"),
    encoded("[1]"),
    encoded("7"),
    encoded("just text"),
    '"{\\q}"',
    "[]",
    "7",
    "true",
  ])("is none in %s: refused, with what is expected", (text) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: "ARGUMENTS_INVALID", server: "github" });
    expect(error.message).toBe("github__create_issue: arguments must be an object");
    expect(error.why).toContain("title:string, options:object, labels:string[]");
  });

  test("encoded over and over is refused", () => {
    expect(refusal(encoded(given, 6)).code).toBe("ARGUMENTS_INVALID");
  });
});

describe("an object whose brackets balance, but which is no JSON", () => {
  test.each(["{abc}", '{"title" "x"}', '{"title":}', '{"a":1,}'])("%s is refused", (given) => {
    expect(refusal(given).code).toBe("ARGUMENTS_INVALID");
    expect(refusal(given, { ...ISSUE, required: ["title"] }).code).toBe("ARGUMENTS_INVALID");
  });
});

describe("a property in a string", () => {
  test.each([
    [{ options: '{"n":12345678901234567890}' }, '{"options":{"n":12345678901234567890}}'],
    [{ options: encoded('{"a":1}') }, '{"options":{"a":1}}'],
    [{ labels: '["a", "b"]' }, '{"labels":["a", "b"]}'],
    [{ labels: " [] " }, '{"labels":[]}'],
    [{ title: "[]", labels: "[]", anything: "[]" }, '{"title":"[]","labels":[],"anything":"[]"}'],
  ])("%j is unwrapped where the schema wants an object or an array", (given, expected) => {
    expect(argumentsFor(JSON.stringify(given))).toBe(expected);
  });

  test.each([
    { title: '{"a":1}' },
    { title: "[1,2]" },
    { filter: '{"a":1}' },
    { anything: '{"a":1}' },
    { unknown: '{"a":1}' },
    { options: "[1]" },
    { options: "not JSON" },
    { options: "{not JSON}" },
    { labels: '{"a":1}' },
    { labels: "a,b" },
    { labels: "" },
  ])("%j stays as it is", (given) => {
    expect(argumentsFor(JSON.stringify(given))).toBe(JSON.stringify(given));
  });

  test("leaves the members beside it as they came", () => {
    const given = '{"n": 1e400,"options":"{}","title":"\\u00e9"}';
    expect(argumentsFor(given)).toBe('{"n":1e400,"options":{},"title":"\\u00e9"}');
  });

  test("is unwrapped in arguments that were a string themselves", () => {
    const given = encoded(JSON.stringify({ options: '{"a":1}' }));
    expect(argumentsFor(given)).toBe('{"options":{"a":1}}');
  });
});

describe("a required argument", () => {
  const schema = { ...ISSUE, required: ["title", "labels", "notInProperties"] };

  test.each([undefined, "null", "{}", encoded("{}")])("that is missing in %s is named", (given) => {
    const error = refusal(given, schema);
    expect(error.message).toBe(
      'github__create_issue: missing "title", "labels", "notInProperties"',
    );
    expect(error.why).toContain("title:string*, labels:string[]*");
    expect(error.fix).toContain("describe_tool");
  });

  test("that is there is not named", () => {
    const error = refusal('{"title":null,"labels":"[]"}', schema);
    expect(error.message).toEndWith('missing "notInProperties"');
  });

  test("whose name is no string is nobody's fault", () => {
    expect(argumentsFor("{}", { required: [7, null, { a: 1 }] })).toBe("{}");
    expect(argumentsFor("{}", { required: "title" })).toBe("{}");
  });

  test("is not found among Object's own members", () => {
    expect(refusal("{}", { required: ["toString"] }).message).toEndWith('missing "toString"');
  });
});
