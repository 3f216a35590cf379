import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { fixture } from "./entries.ts";
import { RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { SdkHost, textOf } from "./sdk-host.ts";
import { until } from "./until.ts";

const SERVERS = 4;
const EXTRA_TOOLS = 200;

/** Enough tools for a refresh to take its time. */
function manyServers(): Record<string, unknown> {
  const names = Array.from({ length: SERVERS }, (_, i) => `many${i}`);
  const entry = fixture("echo.ts", { ECHO_EXTRA_TOOLS: String(EXTRA_TOOLS) });
  return Object.fromEntries(names.map((name) => [name, entry]));
}

/** Looks into the catalog's file, when nobody uses it any more. */
function expectWholeCatalog(sandbox: Sandbox): void {
  using database = new Database(sandbox.catalogFile);
  expect(database.query("PRAGMA integrity_check").values()).toEqual([["ok"]]);
  const servers = database.query("SELECT name, tool_count FROM servers ORDER BY name").values();
  expect(servers.map(([name]) => name)).toEqual(Object.keys(manyServers()));
  const stored = database.query("SELECT count(*) FROM tools GROUP BY server").values().flat();
  expect(stored).toEqual(servers.flatMap(([, count]) => count ?? []));
  expect(setAside(sandbox)).toEqual([]);
}

function setAside(sandbox: Sandbox): string[] {
  return readdirSync(sandbox.cache).filter((file) => /aside|corrupt/.test(file));
}

test("creates one catalog, whichever of two processes comes first", async () => {
  for (let round = 0; round < 30; round++) {
    await using sandbox = new Sandbox({ mcpServers: manyServers() });
    const hosts = Array.from({ length: 2 }, () => new RawHost(sandbox));
    await Promise.all(hosts.map((host) => host.initialize()));
    for (const host of hosts) host.endInput();
    await Promise.all(hosts.map((host) => host.exited));
    for (const { stderr } of hosts) expect(stderr).not.toMatch(/ (warn|error) /);
    expect(setAside(sandbox)).toEqual([]);
  }
});

test.each([2, 6])("lets %i processes begin at once in a fresh home", async (count) => {
  await using sandbox = new Sandbox({ mcpServers: manyServers() });
  const hosts = Array.from({ length: count }, () => new RawHost(sandbox));
  const counts = await Promise.all(hosts.map(firstConversation));
  expect(counts).toEqual(hosts.map(() => SERVERS));
  for (const host of hosts) host.endInput();
  await Promise.all(hosts.map((host) => host.exited));
  for (const { stderr } of hosts) expect(stderr).not.toMatch(/ (warn|error) /);
  expectWholeCatalog(sandbox);
});

/** Searches, calls, and waits for all servers; how many it then finds. */
async function firstConversation(host: RawHost): Promise<number> {
  await host.initialize();
  const found = textOf(await host.call("search_tools", { query: "generated tool number 7" }));
  expect(found).toContain("__extra_7: ");
  const result = await host.execute("many0__echo", { message: "together" });
  expect(textOf(result)).toBe("together");
  await host.execute("proxy_refresh");
  const list = textOf(await host.call("search_tools", { query: "" }));
  expect(list).not.toContain("missing");
  return list.split("\n").length;
}

test("shows in one process what another has just read into the catalog", async () => {
  await using sandbox = new Sandbox({ mcpServers: { changing: fixture("changing.ts") } });
  const [one, two] = [await SdkHost.connect(sandbox), await SdkHost.connect(sandbox)];
  await until("both know the server", async () => {
    const answers = await Promise.all([one.search("add tool"), two.search("add tool")]);
    return answers.every((answer) => answer.includes("changing__add_tool"));
  });
  await one.execute("changing__add_tool", { name: "brand_new" });
  await until("the other finds the new tool", async () => {
    const answer = await two.search("brand new");
    return answer.includes("changing__brand_new");
  });
});

test("starts as if nothing had been when a refresh was cut off by SIGKILL, wherever it was", async () => {
  await using sandbox = new Sandbox({ mcpServers: manyServers(), catalog_ttl_minutes: 0 });
  for (let stored = 0; stored <= SERVERS; stored++) {
    const host = new RawHost(sandbox);
    await host.initialize();
    await until(`${stored} servers are stored`, () => storedCount(host) >= stored);
    host.kill("SIGKILL");
    await host.exited;
  }
  const next = new RawHost(sandbox);
  expect(await firstConversation(next)).toBe(SERVERS);
  next.endInput();
  await next.exited;
  expect(next.stderr).not.toMatch(/ (warn|error) /);
  expectWholeCatalog(sandbox);
});

function storedCount({ stderr }: RawHost): number {
  return stderr.match(/catalog: many\d has \d+ tools/g)?.length ?? 0;
}

test("keeps the old tools of a server whose refresh fails", async () => {
  await using sandbox = new Sandbox({ mcpServers: { crash: fixture("crash.ts") } });
  await using first = await SdkHost.connect(sandbox);
  expect(await first.search("ok")).toContain("crash__ok");
  const dying = fixture("crash.ts", { CRASH_AT_START: "1" });
  sandbox.configure({ mcpServers: { crash: dying } });
  const second = await SdkHost.connect(sandbox);
  const refreshed = await second.execute("proxy_refresh");
  expect(textOf(refreshed)).toContain("not refreshed");
  expect(await second.search("ok")).toContain("crash__ok");
});
