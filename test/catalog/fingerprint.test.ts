import { describe, expect, test } from "bun:test";
import { fingerprintOf } from "../../src/catalog/fingerprint.ts";
import type { HttpServer } from "../../src/config/config.ts";
import { stdioServer } from "./examples.ts";

const stdio = stdioServer("a", { env: { A: "1", B: "2" }, cwd: "/work" });
const http: HttpServer = {
  name: "a",
  type: "http",
  url: new URL("https://example.com/mcp"),
  headers: { "X-A": "1", "X-B": "2" },
  oauth: undefined,
  isDisabled: false,
  callTimeoutMs: undefined,
};

describe("a fingerprint", () => {
  test("is the same for what means the same", () => {
    const print = fingerprintOf(stdio);
    expect(fingerprintOf({ ...stdio, env: { B: "2", A: "1" } })).toBe(print);
    expect(fingerprintOf({ ...stdio, name: "b", callTimeoutMs: 7, isDisabled: true })).toBe(print);
    const headers = { "X-B": "2", "X-A": "1" };
    expect(fingerprintOf({ ...http, headers })).toBe(fingerprintOf(http));
  });

  test.each([
    ["command", { ...stdio, command: "deno" }],
    ["arguments", { ...stdio, args: ["a.js", "--all"] }],
    ["arguments cut elsewhere", { ...stdio, args: ["a", ".js"] }],
    ["environment", { ...stdio, env: { A: "1", B: "3" } }],
    ["folder", { ...stdio, cwd: undefined }],
    ["kind", http],
  ])("differs by %s", (_, server) => {
    expect(fingerprintOf(server)).not.toBe(fingerprintOf(stdio));
  });

  test("of a remote server differs by address, headers and kind", () => {
    const prints = [
      http,
      { ...http, url: new URL("https://example.com/other") },
      { ...http, headers: { "X-A": "1" } },
      { ...http, type: "sse" as const },
    ].map((server) => fingerprintOf(server));
    expect(new Set(prints).size).toBe(prints.length);
  });

  test("gives nothing of a secret away", () => {
    const print = fingerprintOf({ ...stdio, env: { TOKEN: "secret" } });
    expect(print).toMatch(/^[0-9a-f]{32}$/);
  });
});
