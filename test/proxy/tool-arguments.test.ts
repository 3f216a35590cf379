import { describe, expect, test } from "bun:test";
import { McpzipError } from "../../src/core/error.ts";
import {
  booleanArgument,
  numberArgument,
  readArguments,
  stringArgument,
  stringsArgument,
  type ToolArguments,
} from "../../src/proxy/tool-arguments.ts";
import { RawJson } from "../../src/rpc/raw-json.ts";

function read(text: string | undefined): ToolArguments {
  return readArguments(text === undefined ? undefined : new RawJson(Buffer.from(text)));
}

function refusal(act: () => unknown): string {
  try {
    return `gave ${JSON.stringify(act())}`;
  } catch (error) {
    return error instanceof McpzipError ? `${error.code}: ${error.message}` : String(error);
  }
}

describe("the arguments of a meta-tool", () => {
  test("are read member by member, each as it came", () => {
    expect(read('{"a":1e400}').get("a")?.text()).toBe("1e400");
  });

  test.each([undefined, "null", "{}"])("are none in %s", (text) => {
    expect(read(text).size).toBe(0);
  });

  test.each(["[]", '"x"', "7", "{abc}", '{"a":1'])("are refused in %s", (text) => {
    expect(refusal(() => read(text))).toBe("ARGUMENTS_INVALID: arguments must be a JSON object");
  });

  test("of no JSON are refused by name", () => {
    expect(refusal(() => stringArgument(read('{"query":abc}'), "query"))).toBe(
      'ARGUMENTS_INVALID: "query" is not valid JSON',
    );
  });
});

describe("a text", () => {
  test("is given, or undefined when it is absent", () => {
    expect(stringArgument(read('{"query":"x"}'), "query")).toBe("x");
    expect(stringArgument(read("{}"), "query")).toBeUndefined();
  });

  test.each(["7", "true", "[]", '{"a":1}'])("is not %s", (value) => {
    expect(refusal(() => stringArgument(read(`{"query":${value}}`), "query"))).toBe(
      `ARGUMENTS_INVALID: "query" must be a string, not ${value}`,
    );
  });

  test("that is something long is quoted in part", () => {
    const long = JSON.stringify({ query: ["x".repeat(5000)] });
    expect(refusal(() => stringArgument(read(long), "query")).length).toBeLessThan(200);
  });
});

describe("one text or several", () => {
  test.each([
    ['"a"', ["a"]],
    ['["a"]', ["a"]],
    ['["a","b"]', ["a", "b"]],
  ])("%s", (value, expected) => {
    expect(stringsArgument(read(`{"name":${value}}`), "name")).toEqual(expected);
  });

  test.each(["[]", "7", "null", '["a",7]', "[[]]", "{}"])("not %s", (value) => {
    expect(refusal(() => stringsArgument(read(`{"name":${value}}`), "name"))).toStartWith(
      'ARGUMENTS_INVALID: "name" must be a string or a list of strings, not ',
    );
  });

  test("not nothing", () => {
    expect(refusal(() => stringsArgument(read("{}"), "name"))).toEndWith("not nothing");
  });
});

describe("a number", () => {
  test.each([
    ["10", 10],
    ["0.5", 0.5],
    ['"10"', 10],
    ['" 2.5 "', 2.5],
    ["null", undefined],
  ])("%s", (value, expected) => {
    expect(numberArgument(read(`{"limit":${value}}`), "limit")).toBe(expected as number);
  });

  test.each(["0", "-1", "1e400", '""', '" "', '"ten"', "true", "[]", "{}", '"Infinity"'])(
    "not %s",
    (value) => {
      expect(refusal(() => numberArgument(read(`{"limit":${value}}`), "limit"))).toStartWith(
        'ARGUMENTS_INVALID: "limit" must be a number above 0, not ',
      );
    },
  );

  test("may be absent", () => {
    expect(numberArgument(read("{}"), "limit")).toBeUndefined();
  });
});

describe("a yes or no", () => {
  test.each([
    ["true", true],
    ['"true"', true],
    ["false", false],
    ['"false"', false],
    ["null", false],
  ])("%s", (value, expected) => {
    expect(booleanArgument(read(`{"read_only":${value}}`), "read_only")).toBe(expected);
  });

  test.each(["1", "0", '"yes"', '""', "[]", "{}"])("not %s", (value) => {
    expect(refusal(() => booleanArgument(read(`{"read_only":${value}}`), "read_only"))).toBe(
      `ARGUMENTS_INVALID: "read_only" must be true or false, not ${value}`,
    );
  });

  test("is no when it is absent", () => {
    expect(booleanArgument(read("{}"), "read_only")).toBeFalse();
  });
});
