import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { resolvePaths } from "../../src/platform/paths.ts";
import { until, TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { ProxyHost } from "../fixtures/proxy-host.ts";
import { stdioEntry } from "../fixtures/proxy-home.ts";
import { CliHome } from "./cli-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const SECRET = "s3cret-argument";

/** Works with the servers as a client would, until it has called them all. */
async function work(home: CliHome): Promise<void> {
  await using host = await ProxyHost.start({ configFile: home.configFile, home: home.path });
  await until(async () => (await host.execute("echo__echo", { message: SECRET })).text === SECRET);
  await host.search(SECRET);
  await host.call("describe_tool", { name: "echo__add" });
  for (let left = 3; left > 0; left--) await host.execute("echo__add", { a: 1, b: 2 });
  await host.execute("echo__fail");
  await host.execute("echo__rpc_error", { message: SECRET });
  await host.execute(`echo__${SECRET}`);
  await host.call(SECRET, {});
}

async function homeWith(settings = {}): Promise<CliHome> {
  const home = new CliHome();
  await home.configure({ echo: stdioEntry("echo.ts"), slow: stdioEntry("slow.ts") }, settings);
  return home;
}

test("shows what tool lists cost and what was called, with its failures", async () => {
  await using home = await homeWith();
  await work(home);
  const { code, stdout, stderr } = await home.run(["stats"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^echo +█+\S* +[\d,]+ {2}10 tools$/m);
  expect(stdout).toMatch(/^mcpzip +█+\S* +\d+ {2}3 tools$/m);
  expect(stdout).toMatch(/^without mcpzip [\d,]+, with mcpzip \d+/m);
  expect(stdout).toMatch(/^Calls in the last 7 days {2}6, 2 failed$/m);
  expect(stdout).toMatch(/^echo__add +3 +0 +[\d.]+ m?s +[\d.]+ m?s$/m);
  expect(stdout).toMatch(/^echo__rpc_error +1 +1 +- +-$/m);
  expect(stdout).toContain("failed: 1 answered by the tool as an error, 1 SERVER_ERROR\n");
  expect(stdout).toMatch(/mcpzip's own tools: 7 execute_tool, .*1 search_tools/);
});

test("says the same in JSON", async () => {
  await using home = await homeWith();
  await work(home);
  const { stdout } = await home.run(["stats", "--json", "--days", "1"]);
  const { tokens, calls } = JSON.parse(stdout);
  expect(tokens).toMatchObject({ with_mcpzip: expect.any(Number), unknown: [] });
  expect(tokens.servers).toHaveLength(2);
  expect(calls.tools[0]).toEqual({
    server: "echo",
    tool: "add",
    calls: 3,
    failed: 0,
    failures: {},
    p50_ms: expect.any(Number),
    p95_ms: expect.any(Number),
  });
  expect(calls.days).toEqual([{ day: expect.stringMatching(/^20/), calls: 6, failed: 2 }]);
});

test("the log holds no argument, no query, no result and no name that a model made up", async () => {
  await using home = await homeWith();
  await work(home);
  const { callLogFile } = resolvePaths(home.path, home.configFile);
  for (const suffix of ["", "-wal"]) {
    const file = Bun.file(callLogFile + suffix);
    if (await file.exists()) expect(await file.text()).not.toContain(SECRET);
  }
  expect((await home.run(["stats", "--json"])).stdout).not.toContain(SECRET);
});

test("counts nothing where it is switched off", async () => {
  await using home = await homeWith({ stats: false });
  await work(home);
  expect(existsSync(resolvePaths(home.path, home.configFile).callLogFile)).toBe(false);
  expect((await home.run(["stats"])).stdout).toContain('Calls are not counted: "stats" is false');
});

test("makes no file and starts no server where nothing is known", async () => {
  await using home = new CliHome();
  const marker = `${home.path}/started`;
  await home.configure({ a: { command: "touch", args: [marker] } });
  const { code, stdout } = await home.run(["stats"]);
  expect(code).toBe(0);
  expect(stdout).toContain("not asked for their tools yet: a");
  expect(stdout).toContain("No calls in the last 7 days.");
  const { callLogFile, catalogFile } = resolvePaths(home.path, home.configFile);
  expect([callLogFile, catalogFile, marker].filter(existsSync)).toEqual([]);
});

test("fits a narrow terminal, and has colours only on one", async () => {
  await using home = await homeWith();
  await work(home);
  const words = ["stats", "--config", home.configFile];
  const shown = await home.runInTerminal(words, { TERM: "xterm-256color", COLUMNS: "30" });
  expect(shown).toContain("\u001b[36m");
  for (const line of Bun.stripANSI(shown).split(/\r?\n/))
    expect(line.length).toBeLessThanOrEqual(46);
  expect(Bun.stripANSI(shown)).toMatch(/^echo__rpc_e… +1 +1 +- +-\r?$/m);
  expect((await home.run(["stats"])).stdout).not.toContain("\u001b");
});

test("refuses a number of days that is none", async () => {
  await using home = await homeWith();
  for (const days of ["0", "31", "x", "1.5"])
    expect((await home.run(["stats", "--days", days])).code).toBe(2);
});
