import { expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, rmSync } from "node:fs";
import { fixture } from "./entries.ts";
import { RawHost, type RawHostOptions } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { textOf } from "./sdk-host.ts";

const ECHO = { mcpServers: { echo: fixture("echo.ts") } };
const IS_ROOT = process.getuid?.() === 0;

/** A whole conversation; what was logged as a warning or worse. */
async function converse(sandbox: Sandbox, options: RawHostOptions = {}): Promise<string[]> {
  const host = new RawHost(sandbox, options);
  await host.initialize();
  const found = await host.call("search_tools", { query: "add two numbers" });
  expect(textOf(found)).toContain("echo__add: ");
  expect(textOf(await host.execute("echo__echo", { message: "served" }))).toBe("served");
  host.endInput();
  expect(await host.exited).toEqual({ code: 0, signal: null });
  return host.stderr.split("\n").filter((line) => / (warn|error) /.test(line));
}

test.each([
  ["lies behind a file", (sandbox: Sandbox) => sandbox.write("file", "") + "/home"],
  ["cannot be created", () => "/proc/no/such/home"],
  ["is a device", () => "/dev/null"],
])("serves from memory when the home %s", async (_why, home) => {
  await using sandbox = new Sandbox();
  const config = sandbox.write("mine.json", JSON.stringify(ECHO));
  const args = ["serve", "--config", config];
  const warnings = await converse(sandbox, { args, env: { HOME: home(sandbox) } });
  expect(warnings.some((line) => line.includes("catalog: kept in memory only"))).toBe(true);
  expect(warnings.filter((line) => line.includes("search: "))).toHaveLength(1);
});

test("serves from memory when something else stands where the cache should be", async () => {
  await using sandbox = new Sandbox(ECHO);
  sandbox.write(".config/compressed-mcp-proxy/cache", "a file");
  const warnings = await converse(sandbox);
  expect(warnings.some((line) => line.includes("catalog: kept in memory only"))).toBe(true);
});

test("writes neither to the current directory nor to the root when there is no HOME", async () => {
  await using sandbox = new Sandbox();
  const config = sandbox.write("mine.json", JSON.stringify(ECHO));
  sandbox.write("project/readme", "");
  const cwd = sandbox.path("project");
  const before = filesOfRoot();
  await converse(sandbox, { args: ["serve", "--config", config], env: { HOME: "" }, cwd });
  const strays = filesOfRoot().filter((file) => !before.includes(file));
  for (const file of strays) rmSync(file);
  expect(strays).toEqual([]);
  // What the server, a Bun program, leaves there itself is not ours.
  expect(readdirSync(cwd)).not.toContain(".config");
});

/** What an empty HOME, taken for a path, makes of the cache: each config has files of its own there. */
function filesOfRoot(): string[] {
  const folder = "/.config/compressed-mcp-proxy/cache";
  return existsSync(folder) ? readdirSync(folder).map((file) => `${folder}/${file}`) : [];
}

test.skipIf(IS_ROOT)("serves from a home that may only be read", async () => {
  await using sandbox = new Sandbox(ECHO);
  const folders = [sandbox.path(".config"), sandbox.path(".config/compressed-mcp-proxy")];
  for (const folder of folders) chmodSync(folder, 0o555);
  try {
    await converse(sandbox);
    expect(readdirSync(sandbox.path(".config/compressed-mcp-proxy"))).toEqual(["config.json"]);
  } finally {
    for (const folder of folders) chmodSync(folder, 0o755);
  }
});

test.skipIf(IS_ROOT)("serves over a catalog that may only be read", async () => {
  await using sandbox = new Sandbox(ECHO);
  expect(await converse(sandbox)).toEqual([]);
  chmodSync(sandbox.catalogFile, 0o444);
  chmodSync(sandbox.cache, 0o555);
  try {
    await converse(sandbox);
  } finally {
    chmodSync(sandbox.cache, 0o755);
  }
});
