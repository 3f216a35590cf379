import { expect, test } from "bun:test";
import { translateEditor, translateNone } from "../../../src/config/clients/foreign-variables.ts";
import { readServer } from "../../../src/config/clients/read-server.ts";

const URL = "https://mcp.example.com/mcp";

function read(args: readonly string[], options: { command?: string; env?: object } = {}) {
  const { command = "npx", env } = options;
  const context = { home: "/home/ann" };
  return readServer({ command, args, env }, { translate: translateNone, context });
}

function entry(args: readonly string[], options?: { command?: string; env?: object }) {
  const reading = read(args, options);
  return reading.kind === "server" ? reading.entry : reading;
}

test.each([
  [["mcp-remote", URL]],
  [["-y", "mcp-remote@latest", URL]],
  [["-y", "mcp-remote@0.1.37", URL, "9696"]],
  [["mcp-remote", URL, "--allow-http", "--debug", "--auth-timeout", "60", "--host", "127.0.0.1"]],
  [["mcp-remote", URL, "--transport", "http-first"]],
])("takes npx %p for the server behind it", (args) => {
  expect(entry(args)).toEqual({ url: URL });
});

test.each([
  ["bunx", ["mcp-remote", URL]],
  ["pnpm", ["dlx", "mcp-remote", URL]],
  ["cmd", ["/c", "npx", "-y", "mcp-remote", URL]],
  ["C:\\Program Files\\nodejs\\npx.cmd", ["-y", "mcp-remote", URL]],
  ["/usr/local/bin/mcp-remote", [URL]],
])("knows the runner %s", (command, args) => {
  expect(entry(args, { command })).toEqual({ url: URL });
});

test("keeps to SSE where mcp-remote was told to, or the address says so", () => {
  expect(entry(["mcp-remote", URL, "--transport", "sse-only"])).toMatchObject({ type: "sse" });
  expect(entry(["mcp-remote", "https://a.b/sse"])).toMatchObject({ type: "sse" });
});

test("fills in the headers from the entry's own variables and names all others", () => {
  const args = [
    "mcp-remote",
    URL,
    "--header",
    "Authorization:${AUTH}",
    "--header",
    "X-Key: ${KEY}",
  ];
  expect(entry(args, { env: { AUTH: "Bearer hush" } })).toEqual({
    url: URL,
    headers: { Authorization: "Bearer hush", "X-Key": "${KEY}" },
  });
});

test("reads the client's own variables in a header", () => {
  const args = ["mcp-remote", URL, "--header", "Authorization: Bearer ${env:TOKEN}"];
  const context = { home: "/home/ann" };
  const reading = readServer({ command: "npx", args }, { translate: translateEditor, context });
  expect(reading).toMatchObject({ entry: { headers: { Authorization: "Bearer ${TOKEN}" } } });
});

test("passes the resource on", () => {
  expect(entry(["mcp-remote", URL, "--resource", "https://r"])).toEqual({
    url: URL,
    oauth: { resource: "https://r" },
  });
});

test.each([
  [["mcp-remote", URL, "--ignore-tool", "delete*"], undefined, "--ignore-tool"],
  [
    ["mcp-remote", URL, "--static-oauth-client-info", "{}"],
    undefined,
    "--static-oauth-client-info",
  ],
  [["mcp-remote", URL, "--header", "X-Region: eu"], undefined, "headers that do not sign in"],
  [["mcp-remote", URL], { HTTPS_PROXY: "http://p" }, "HTTPS_PROXY"],
])("keeps %p a program that works as before", (args, env, reason) => {
  const reading = read(args, { ...(env && { env }) });
  expect(reading).toMatchObject({ kind: "server", entry: { command: "npx", args } });
  expect(reading).toMatchObject({ note: expect.stringContaining(reason) });
});

test.each([
  [["other-mcp", "mcp-remote", URL]],
  [["mcp-remote"]],
  [["-y", "mcp-remote-tools", URL]],
])("does not take %p for mcp-remote", (args) => {
  expect(entry(args)).toEqual({ command: "npx", args });
});
