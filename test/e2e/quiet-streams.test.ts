import { expect, test } from "bun:test";
import { RawHost, type Json } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { textOf } from "./sdk-host.ts";
import { fixture, fixturePath } from "./entries.ts";

/** Each in a place of its own, so that the one that leaks says where. */
const SECRETS = {
  argument: "planted-1-argument",
  result: "planted-2-result",
  header: "planted-3-header",
  env: "planted-4-env",
  inherited: "planted-5-inherited",
  url: "planted-6-url",
  garbage: "planted-7-garbage",
  query: "planted-8-query",
  commandLine: "planted-9-command-line",
  unusable: "planted-10-unusable",
  meta: "planted-11-meta",
};

test("writes nothing but JSON-RPC to stdout, however noisy servers and configuration are", async () => {
  await using sandbox = new Sandbox({
    mcpServers: {
      noisy: fixture("noisy.ts"),
      crash: fixture("crash.ts", { CRASH_AT_START: "1" }),
      hostile: fixture("hostile.ts", { HOSTILE_MODE: "names" }),
      missing: { command: "/no/such/program" },
      wrong: { command: 7 },
      unset: { command: "x", env: { TOKEN: "${NOT_SET_ANYWHERE}" } },
      typo: { ...fixture("echo.ts"), comand: "x" },
    },
    unknown_setting: true,
  });
  const host = new RawHost(sandbox, { args: ["serve", "--verbose"] });
  await host.initialize();
  await host.call("search_tools", { query: "say" });
  await host.execute("proxy_refresh");
  const said = await host.execute("noisy__say", { message: "heard through the noise" });
  expect(textOf(said)).toBe("heard through the noise");
  host.write("garbage from the host\n");
  await host.execute("hostile__spoof", { shape: "two-results" });
  host.endInput();
  expect(await host.exited).toEqual({ code: 0, signal: null });
  for (const line of host.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
  expect(host.stderr).toContain("unknown_setting");
  expect(host.stderr).toContain("noisy: skipped a line");
});

test("logs one line per event, none of which an upstream can forge", async () => {
  await using sandbox = new Sandbox();
  const script = "echo 'harmless\rmcpzip 00:00:00 error forged: line\u001b[2J' >&2; exec \"$@\"";
  const args = ["-c", script, "sh", process.execPath, fixturePath("echo.ts")];
  sandbox.configure({ mcpServers: { echo: { command: "sh", args } } });
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.call("search_tools", { query: "echo" });
  await host.says("forged: line");
  for (const line of host.stderr.trim().split("\n")) {
    expect(line).toMatch(/^mcpzip \d\d:\d\d:\d\d (debug|info|warn|error) /);
  }
  expect(host.stderr).not.toContain("\u001b");
  expect(host.stderr).not.toContain("\r");
});

test.each([[["serve"]], [["serve", "--verbose"]]])(
  "keeps arguments, results, headers and variables out of the log of mcpzip %p",
  async (args) => {
    await using sandbox = new Sandbox();
    using remote = refusingServer();
    sandbox.configure(secretiveConfig(remote.url.href));
    const host = new RawHost(sandbox, { args, env: { INHERITED: SECRETS.inherited } });
    await host.initialize();
    await converse(host);
    host.endInput();
    await host.exited;
    expect(host.stderr).toContain("catalog: echo has");
    const leaked = Object.values(SECRETS).filter((secret) => host.stderr.includes(secret));
    expect(leaked).toEqual([]);
  },
);

/** Answers every request with 500 and a body that repeats the request's headers. */
function refusingServer() {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ headers }) => new Response(headers.get("authorization") ?? "none", { status: 500 }),
  });
}

function secretiveConfig(remoteUrl: string) {
  const headers = { Authorization: `Bearer ${SECRETS.header}` };
  const secretive = { TOKEN: SECRETS.env, ALSO: "${INHERITED}" };
  const dead = `http://127.0.0.1:1/${SECRETS.url}?key=${SECRETS.url}`;
  const args = [fixturePath("crash.ts"), `--token=${SECRETS.commandLine}`];
  return {
    mcpServers: {
      echo: fixture("echo.ts", secretive),
      noisy: fixture("noisy.ts", secretive),
      dying: { command: process.execPath, args, env: { ...secretive, CRASH_AT_START: "1" } },
      refusing: { type: "http", url: `${remoteUrl}mcp?key=${SECRETS.url}`, headers },
      refusing_sse: { type: "sse", url: `${remoteUrl}sse?key=${SECRETS.url}`, headers },
      dead: { type: "http", url: dead, headers },
      unusable: { command: "x", env: { TOKEN: `${SECRETS.unusable}\${NOT_SET_ANYWHERE}` } },
      wrong: { command: "x", env: { TOKEN: [SECRETS.unusable] }, header: SECRETS.unusable },
    },
  };
}

/** A conversation that touches every secret, in ways that work and in ways that do not. */
async function converse(host: RawHost): Promise<void> {
  const message = SECRETS.argument;
  await host.call("search_tools", { query: SECRETS.query });
  await host.execute("proxy_refresh");
  expect(textOf(await host.execute("echo__echo", { message }))).toBe(message);
  expect(textOf(await host.execute("echo__env", { name: "TOKEN" }))).toBe(SECRETS.env);
  expect(textOf(await host.execute("echo__env", { name: "ALSO" }))).toBe(SECRETS.inherited);
  await host.execute("noisy__say", { message });
  await host.execute("echo__add", { message });
  await host.execute("echo__add", message as unknown as Json); // as: what a confused model sends
  await host.execute("echo__rpc_error", { code: -32000, message: SECRETS.result });
  await host.execute("echo__rpc_error", { code: -32602, message: SECRETS.result });
  await host.execute(`echo__${SECRETS.argument}`, { message });
  await host.execute("refusing__anything", { message });
  await host.call("execute_tool", { name: "echo__echo", timeout: SECRETS.argument });
  await host.call(SECRETS.argument, { message });
  await host.request("tools/call", { name: SECRETS.argument, _meta: { token: SECRETS.meta } });
  await host.request(SECRETS.argument, { message });
  host.write(`${SECRETS.garbage}\n{"jsonrpc":"2.0","method":"${SECRETS.garbage}\n`);
  host.write(`{"jsonrpc":"2.0","id":"x","result":{"text":"${SECRETS.garbage}"}}\n`);
  await host.request("ping");
}
