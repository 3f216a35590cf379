import { describe, expect, test } from "bun:test";
import { ERROR_CODES, errorMessage, McpzipError, toMcpzipError } from "../../src/core/error.ts";

describe("McpzipError", () => {
  test("carries its code, its sentence and its facts", () => {
    const cause = new Error("ECONNREFUSED");
    const facts = { server: "slack", why: "nobody listens", fix: "mcpzip doctor slack", cause };
    const error = new McpzipError("SERVER_UNREACHABLE", "slack cannot be reached", facts);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "McpzipError",
      code: "SERVER_UNREACHABLE",
      message: "slack cannot be reached",
      ...facts,
    });
  });

  test("needs no facts", () => {
    const { server, why, fix, cause } = new McpzipError("USAGE", "no such command");
    expect([server, why, fix, cause]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe("toMcpzipError", () => {
  test("keeps an McpzipError as it is", () => {
    const error = new McpzipError("USAGE", "no such command");
    expect(toMcpzipError(error, "INTERNAL", { server: "slack" })).toBe(error);
  });

  test.each([
    ["an error", new TypeError("x is not a function"), "x is not a function"],
    ["a text", "just text", "just text"],
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["an object", { code: 1 }, "[object Object]"],
  ])("wraps %s and keeps it as the cause", (_, thrown, message) => {
    const facts = { server: "slack", fix: "try again" };
    const error = toMcpzipError(thrown, "SERVER_ERROR", facts);
    expect(error).toMatchObject({ code: "SERVER_ERROR", message, ...facts });
    expect(error.cause).toBe(thrown);
  });
});

test("errorMessage gives the text of whatever was thrown", () => {
  expect(errorMessage(new RangeError("too big"))).toBe("too big");
  expect(errorMessage(7)).toBe("7");
});

test("codes are distinct, upper case and sorted", () => {
  const codes = [...new Set(ERROR_CODES)].toSorted();
  expect<readonly string[]>(ERROR_CODES).toEqual(codes);
  expect(codes.filter((code) => !/^[A-Z]+(_[A-Z]+)*$/.test(code))).toEqual([]);
});
