import { expect, test } from "bun:test";
import { McpzipError } from "../../src/core/error.ts";
import { errorResult, textResult } from "../../src/proxy/tool-result.ts";

test("a text result has one block for each text", () => {
  expect(textResult("a", "b\n漢").parse()).toEqual({
    content: [
      { type: "text", text: "a" },
      { type: "text", text: "b\n漢" },
    ],
  });
});

test("an error result says what happened, why, and how to mend it", () => {
  const error = new McpzipError("AUTH_REQUIRED", 'server "linear" needs you to sign in', {
    server: "linear",
    why: "it answered 401",
    fix: "mcpzip login linear",
    cause: new Error("token=secret"),
  });
  const result = errorResult(error);
  expect(result.parse()).toEqual({
    content: [
      {
        type: "text",
        text: 'server "linear" needs you to sign in (AUTH_REQUIRED)\nwhy: it answered 401\nfix: mcpzip login linear',
      },
    ],
    isError: true,
    _meta: { "mcpzip/error": { code: "AUTH_REQUIRED", server: "linear" } },
  });
  expect(result.text()).not.toContain("secret");
});

test("an error result leaves out what it does not know", () => {
  expect(errorResult(new McpzipError("INTERNAL", "oops")).parse()).toEqual({
    content: [{ type: "text", text: "oops (INTERNAL)" }],
    isError: true,
    _meta: { "mcpzip/error": { code: "INTERNAL" } },
  });
});
