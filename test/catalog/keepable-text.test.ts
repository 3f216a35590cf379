import { expect, test } from "bun:test";
import { keepableText } from "../../src/catalog/keepable-text.ts";
import type { HttpServer } from "../../src/config/config.ts";
import { stdioServer } from "./examples.ts";

const SECRET = "t0ps3cr3t";

function httpServer(url: string, headers: Readonly<Record<string, string>> = {}): HttpServer {
  const base = { name: "h", isDisabled: false, callTimeoutMs: undefined, oauth: undefined };
  return { ...base, type: "http", url: new URL(url), headers };
}

test.each([
  ["a variable", stdioServer("s", { env: { KEY: SECRET } })],
  ["a part of a variable", stdioServer("s", { env: { DSN: `db://ann:${SECRET}@host` } })],
  ["an argument with its flag", stdioServer("s", { args: [`--api-key=${SECRET}`] })],
  ["an argument after its flag", stdioServer("s", { args: ["--token", SECRET] })],
  ["a header", httpServer("https://h.example", { "X-Key": SECRET })],
  ["a header's token", httpServer("https://h.example", { Authorization: `Bearer ${SECRET}` })],
  ["a query", httpServer(`https://h.example/mcp?key=${SECRET}`)],
  ["a password", httpServer(`https://ann:${SECRET}@h.example/mcp`)],
])("a server that quotes %s is not quoted with it", (_what, server) => {
  const text = keepableText(`refused: "${SECRET}" and ${SECRET}`, server);
  expect(text).toBe('refused: "…" and …');
});

test("a longer secret is hidden before one that it holds", () => {
  const server = stdioServer("s", { env: { A: "abcdef", B: "abcdefghi" } });
  expect(keepableText("abcdefghi abcdef", server)).toBe("… …");
});

test("what is no secret stays readable", () => {
  const server = stdioServer("s", { env: { MODE: "dev", DEBUG: "1" }, args: ["/home/ann"] });
  const text = "1 folder /home/ann is missing in dev";
  expect(keepableText(text, server)).toBe(text);
});

test("is one line, without what moves a cursor, of 500 characters at most", () => {
  const server = stdioServer("s");
  expect(keepableText("a\r\nb\u001b[2Jc\u2028d", server)).toBe("a b [2Jc d");
  const long = keepableText("x".repeat(501), server);
  expect([long.length, long.at(-1)]).toEqual([500, "…"]);
  expect(keepableText("x".repeat(500), server)).toBe("x".repeat(500));
});
