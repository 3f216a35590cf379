import { expect, test } from "bun:test";
import { CLIENTS } from "../../../src/config/clients/all-clients.ts";
import { readServer, type ServerReading } from "../../../src/config/clients/read-server.ts";

interface Options {
  readonly project?: string;
  readonly root?: unknown;
}

function reading(id: string, raw: object, { project, root = {} }: Options = {}): ServerReading {
  const client = CLIENTS.find((each) => each.id === id);
  if (client === undefined) throw new Error(`no client ${id}`);
  const foreign = client.read({ ...raw }, { name: "it", root, project });
  if (foreign === undefined) throw new Error("no server");
  const context = { home: "/home/ann", project };
  return readServer(foreign, { translate: client.translate, context });
}

/** The entry in mcpzip's form. */
function entry(id: string, raw: object, options?: Options): unknown {
  const read = reading(id, raw, options);
  return read.kind === "server" ? read.entry : read;
}

function why(id: string, raw: object, options?: Options): string {
  const read = reading(id, raw, options);
  return read.kind === "left" ? read.why : "";
}

const PROGRAM = { command: "x", args: ["${A}", "a"] };

test.each([
  ["claude-code", PROGRAM, PROGRAM],
  [
    "claude-code",
    { command: "${A:-b}", args: ["${A:x}"] },
    { command: "${A:-b}", args: ["$${A:x}"] },
  ],
  ["claude-code", { type: "sse", url: "https://a.b/c" }, { type: "sse", url: "https://a.b/c" }],
  [
    "claude-code",
    { type: "http", url: "${U}/mcp", timeout: 1500 },
    { url: "${U}/mcp", call_timeout_seconds: 1.5 },
  ],
  [
    "claude-code",
    { type: "http", url: "https://a.b/c", oauth: { clientId: "me", callbackPort: 80 } },
    { url: "https://a.b/c", oauth: { clientId: "me", callbackPort: 80 } },
  ],
  ["claude-desktop", PROGRAM, { command: "x", args: ["$${A}", "a"] }],
  [
    "claude-desktop",
    { command: "x", env: { PORT: 80, ON: true } },
    { command: "x", env: { PORT: "80", ON: "true" } },
  ],
  [
    "cursor",
    { command: "${userHome}/x", args: ["${env:A}", "${A}", "a${/}b"], env: {} },
    { command: "/home/ann/x", args: ["${A}", "$${A}", "a/b"] },
  ],
  [
    "cursor",
    { url: "https://a.b/c", auth: { CLIENT_ID: "${env:ID}", scopes: ["a"] } },
    { url: "https://a.b/c", oauth: { clientId: "${ID}", scopes: ["a"] } },
  ],
  ["cursor", { url: "https://a.b/sse?x=1" }, { type: "sse", url: "https://a.b/sse?x=1" }],
  ["vscode", { type: "http", url: "https://a.b/sse" }, { url: "https://a.b/sse" }],
  [
    "windsurf",
    { serverUrl: "https://a.b/mcp", headers: { K: "${env:K}" } },
    { url: "https://a.b/mcp", headers: { K: "${K}" } },
  ],
  [
    "windsurf",
    { command: "x", env: { K: "${K}" }, disabled: true },
    { command: "x", env: { K: "${K}" }, disabled: true },
  ],
  [
    "codex",
    { command: "x", cwd: "/w", env: { A: "${B}" }, enabled: false },
    { command: "x", cwd: "/w", env: { A: "$${B}" }, disabled: true },
  ],
  [
    "codex",
    { url: "https://a.b/c", env_http_headers: { "X-K": "KEY" }, http_headers: { "X-R": "${r}" } },
    { url: "https://a.b/c", headers: { "X-R": "$${r}", "X-K": "${KEY}" } },
  ],
  [
    "codex",
    { url: "https://a.b/c", scopes: ["a"], oauth_resource: "r" },
    { url: "https://a.b/c", oauth: { scopes: ["a"], resource: "r" } },
  ],
  [
    "gemini-cli",
    { command: "x", args: ["$A", "${B}", "$1"] },
    { command: "x", args: ["${A}", "${B}", "$1"] },
  ],
  ["gemini-cli", { url: "https://a.b/c" }, { type: "sse", url: "https://a.b/c" }],
  ["gemini-cli", { url: "https://a.b/mcp" }, { url: "https://a.b/mcp" }],
  [
    "gemini-cli",
    { httpUrl: "https://a.b/sse", oauth: { enabled: false } },
    { url: "https://a.b/sse", oauth: false },
  ],
  [
    "opencode",
    { type: "local", command: ["x", "{env:A}", "${B}"], environment: { C: "c" }, cwd: "/w" },
    { command: "x", args: ["${A}", "$${B}"], env: { C: "c" }, cwd: "/w" },
  ],
  [
    "opencode",
    {
      type: "remote",
      url: "https://a.b/c",
      oauth: { clientId: "me", scope: "a b" },
      enabled: false,
    },
    { url: "https://a.b/c", oauth: { clientId: "me", scopes: "a b" }, disabled: true },
  ],
  [
    "opencode",
    { type: "remote", url: "https://a.b/c", oauth: false, disabled: true },
    { url: "https://a.b/c", oauth: false, disabled: true },
  ],
  [
    "zed",
    { command: { path: "x", args: ["a"], env: { B: "b" } } },
    { command: "x", args: ["a"], env: { B: "b" } },
  ],
  [
    "zed",
    { url: "https://a.b/sse", headers: { K: "v" }, enabled: false },
    { url: "https://a.b/sse", headers: { K: "v" }, disabled: true },
  ],
] as const)("reads an entry of %s: %p", (id, raw, expected) => {
  expect(entry(id, raw)).toEqual(expected);
});

test.each([
  ["claude-code", { url: "https://a.b", headersHelper: "/x" }, "headersHelper"],
  ["claude-code", { type: "ws", url: "wss://a.b" }, '"ws"'],
  ["claude-code", {}, "neither"],
  ["claude-code", { command: 1 }, "command"],
  ["claude-code", { command: "x", args: "a b" }, "args must be an array of strings"],
  [
    "claude-desktop",
    { command: "x", url: "file:///etc/passwd", type: "http" },
    "not an http address",
  ],
  ["cursor", { command: "x", envFile: ".env" }, "envFile"],
  ["cursor", { command: "x", cwd: "${workspaceFolder}" }, "another folder in each project"],
  [
    "cursor",
    { url: "https://a.b", headers: { A: "b" }, auth: { CLIENT_ID: "c" } },
    "headers or signs in",
  ],
  ["vscode", { command: "x", env: { K: "${input:key}" } }, "${input:key}"],
  ["vscode", { command: "x", args: ["${command:pick}"] }, "${command:pick}"],
  ["vscode", { command: "x", sandboxEnabled: true }, "sandboxEnabled"],
  ["vscode", { type: "http", url: "unix:///tmp/x.sock" }, "not an http address"],
  ["windsurf", { command: "x", disabledTools: ["rm"] }, "disabledTools"],
  ["windsurf", { serverUrl: "https://a.b", headers: { K: "${file:/k}" } }, "${file:/k}"],
  ["codex", { command: "x", enabled_tools: ["a"] }, "enabled_tools"],
  ["gemini-cli", { command: "x", excludeTools: ["a"] }, "excludeTools"],
  [
    "gemini-cli",
    { httpUrl: "https://a.b", authProviderType: "google_credentials" },
    "authProviderType",
  ],
  ["opencode", { type: "local", command: ["x", "{file:~/.k}"] }, "{file:~/.k}"],
  ["opencode", { type: "stdio", command: ["x"] }, "type is unknown"],
  ["zed", { settings: {} }, "extension"],
] as const)("leaves an entry of %s where it is: %p", (id, raw, reason) => {
  expect(why(id, raw)).toContain(reason);
});

test("knows the servers that are switched off by name", () => {
  const root = { mcp: { excluded: ["it"] } };
  expect(entry("gemini-cli", { command: "x" }, { root })).toMatchObject({ disabled: true });
  const allowed = { mcp: { allowed: ["other"] } };
  expect(entry("gemini-cli", { command: "x" }, { root: allowed })).toMatchObject({
    disabled: true,
  });
  const claude = { projects: { "/w": { disabledMcpServers: ["it"] } } };
  expect(entry("claude-code", PROGRAM, { root: claude, project: "/w" })).toMatchObject({
    disabled: true,
  });
});

test("a project's servers start in its folder, and may name it", () => {
  const options = { project: "/w/app" };
  expect(entry("claude-code", { command: "./run" }, options)).toEqual({
    command: "./run",
    cwd: "/w/app",
  });
  expect(entry("vscode", { command: "x", cwd: "${workspaceFolder}/sub" }, options)).toEqual({
    command: "x",
    cwd: "/w/app/sub",
  });
  expect(
    entry("cursor", { command: "x", cwd: "sub", args: ["${workspaceFolderBasename}"] }, options),
  ).toEqual({
    command: "x",
    cwd: "/w/app/sub",
    args: ["app"],
  });
});

test("names the variables that a server needs", () => {
  const read = reading("codex", {
    url: "https://a.b/c",
    bearer_token_env_var: "TOKEN",
    http_headers: { X: "${NOT}" },
  });
  expect(read).toMatchObject({ kind: "server", variables: ["TOKEN"] });
  const program = { command: "x", env_vars: ["A", { name: "B", source: "local" }, 7] };
  expect(reading("codex", program)).toMatchObject({ variables: ["A", "B"] });
  const defaults = { command: "x", args: ["${A:-1}", "${B}"] };
  expect(reading("claude-code", defaults)).toMatchObject({ variables: ["B"] });
});

test("an entry of OpenCode that only switches another off is no server", () => {
  const client = CLIENTS.find(({ id }) => id === "opencode");
  expect(client?.read({ enabled: true }, { name: "it", root: {} })).toBeUndefined();
});

test("OpenCode's second version keeps its servers one level deeper", () => {
  const client = CLIENTS.find(({ id }) => id === "opencode");
  const serve = { command: "mcpzip", args: ["serve"], variables: [] };
  const second = { mcp: { servers: {} } };
  expect(client?.tableAt(second)).toEqual(["mcp", "servers"]);
  expect(client?.mcpzipEntry(serve, second)).toEqual({
    type: "local",
    command: ["mcpzip", "serve"],
  });
  const first = { mcp: { servers: { type: "local", command: ["x"] } } };
  expect(client?.tableAt(first)).toEqual(["mcp"]);
});
