import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { HAS_PROC } from "./processes.ts";
import { RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { SdkHost, textOf } from "./sdk-host.ts";
import { countedFixture, startEverything } from "./entries.ts";

/** A server whose starts are counted, in a catalog that lasts for `ttlMinutes`. */
function countedSandbox(ttlMinutes: number): Sandbox {
  const sandbox = new Sandbox();
  const echo = countedFixture("echo.ts", startsFile(sandbox));
  sandbox.configure({ mcpServers: { echo }, catalog_ttl_minutes: ttlMinutes });
  return sandbox;
}

function startsFile(sandbox: Sandbox): string {
  return sandbox.path("starts");
}

function starts(sandbox: Sandbox): number {
  const file = startsFile(sandbox);
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;
}

/** One whole conversation that needs nothing but the catalog; what was answered. */
async function lookUp(sandbox: Sandbox): Promise<string> {
  await using host = await SdkHost.connect(sandbox);
  const { tools } = await host.client.listTools();
  const hit = await host.search("add numbers", 1);
  const servers = await host.search("");
  const [described = ""] = await host.describe("echo__add");
  return [tools.length, hit, servers, described].join("\n");
}

test("answers search and describe in a second start from disk, without starting a server", async () => {
  await using sandbox = countedSandbox(1440);
  const first = await lookUp(sandbox);
  expect(starts(sandbox)).toBe(1);
  expect(await lookUp(sandbox)).toBe(first);
  expect(starts(sandbox)).toBe(1);
});

test("asks its servers at each start when the catalog is to be kept for 0 minutes", async () => {
  await using sandbox = countedSandbox(0);
  await lookUp(sandbox);
  await lookUp(sandbox);
  expect(starts(sandbox)).toBe(2);
});

test("starts a server in a second start only when one of its tools is called", async () => {
  await using sandbox = countedSandbox(1440);
  await lookUp(sandbox);
  const host = await SdkHost.connect(sandbox);
  expect(textOf(await host.execute("echo__echo", { message: "now" }))).toBe("now");
  expect(starts(sandbox)).toBe(2);
});

test("asks a server again whose configuration has changed", async () => {
  await using sandbox = countedSandbox(1440);
  await lookUp(sandbox);
  const echo = countedFixture("echo.ts", startsFile(sandbox));
  sandbox.configure({
    mcpServers: { echo: { ...echo, env: { ...echo.env, ECHO_EXTRA_TOOLS: "1" } } },
  });
  const host = await SdkHost.connect(sandbox);
  await host.client.callTool({ name: "execute_tool", arguments: { name: "proxy_refresh" } });
  expect(await host.search("generated tool number 1")).toContain("echo__extra_1");
  expect(starts(sandbox)).toBe(2);
});

test.skipIf(!HAS_PROC)("runs no process but itself in a second start", async () => {
  await using sandbox = countedSandbox(1440);
  await lookUp(sandbox);
  const host = await SdkHost.connect(sandbox);
  await host.search("add numbers");
  expect(sandbox.processes(host.pid)).toEqual([]);
});

test("answers a second start from disk when its HTTP server is gone", async () => {
  await using sandbox = new Sandbox();
  await rememberEverything(sandbox);
  const host = await SdkHost.connect(sandbox);
  expect(await host.search("echo")).toContain("everything__echo");
  const result = await host.execute("everything__echo", { message: "anybody?" });
  expect(result).toMatchObject({
    isError: true,
    _meta: { "mcpzip/error": { code: "SERVER_UNREACHABLE", server: "everything" } },
  });
});

/** Leaves a catalog of server-everything behind, and the server dead. */
async function rememberEverything(sandbox: Sandbox): Promise<void> {
  await using remote = new Sandbox();
  const url = await startEverything(remote, "streamableHttp");
  sandbox.configure({ mcpServers: { everything: { type: "http", url } } });
  await using host = await SdkHost.connect(sandbox);
  await host.search("echo");
}

test("answers the first search of a second start in the same words as later ones", async () => {
  await using sandbox = countedSandbox(1440);
  await lookUp(sandbox);
  const host = new RawHost(sandbox);
  // Before the handshake is even complete: the catalog is all that it takes.
  const [early, late] = [
    await host.call("search_tools", { query: "add numbers" }),
    await host.initialize().then(() => host.call("search_tools", { query: "add numbers" })),
  ];
  expect(early).toEqual(late);
  expect(textOf(early)).toContain("echo__add");
});

test("introduces the servers that are configured now, not those of the last start", async () => {
  await using sandbox = countedSandbox(1440);
  await lookUp(sandbox);
  await lookUp(sandbox);
  sandbox.configure({ mcpServers: { renamed: countedFixture("echo.ts", startsFile(sandbox)) } });
  const host = await SdkHost.connect(sandbox);
  expect(host.client.getInstructions()).toContain("renamed");
  expect(host.client.getInstructions()).not.toContain("echo (");
});

test("starts over a cache whose every file was emptied", async () => {
  await using sandbox = countedSandbox(1440);
  const first = await lookUp(sandbox);
  for (const file of readdirSync(sandbox.cache)) truncateSync(join(sandbox.cache, file));
  expect(await lookUp(sandbox)).toBe(first);
});
