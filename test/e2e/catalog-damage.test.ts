import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { chmodSync, closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { fixture } from "./entries.ts";
import { RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { textOf } from "./sdk-host.ts";
import { until } from "./until.ts";

const MANY = { mcpServers: { many: fixture("echo.ts", { ECHO_EXTRA_TOOLS: "300" }) } };

/** A whole conversation; what was logged as a warning or worse. */
async function converse(sandbox: Sandbox): Promise<string[]> {
  const host = new RawHost(sandbox);
  await host.initialize();
  const found = await host.call("search_tools", { query: "generated tool number 7" });
  expect(textOf(found)).toContain("many__extra_7: ");
  const described = await host.call("describe_tool", { name: "many__extra_300" });
  expect(textOf(described)).toContain("Generated tool number 300");
  expect(textOf(await host.execute("many__echo", { message: "served" }))).toBe("served");
  await host.execute("proxy_refresh");
  host.endInput();
  await host.exited;
  return host.stderr.split("\n").filter((line) => / (warn|error) /.test(line));
}

/** Leaves a catalog behind. */
async function prepare(sandbox: Sandbox): Promise<void> {
  expect(await converse(sandbox)).toEqual([]);
  expect(statSync(sandbox.catalogFile).size).toBeGreaterThan(50_000);
}

function overwrite(file: string, { at, bytes }: { at: number; bytes: number }): void {
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, Buffer.alloc(bytes, 0xa5), 0, bytes, at);
  closeSync(descriptor);
}

function setVersion(file: string, version: number): void {
  using database = new Database(file);
  database.run(`PRAGMA user_version = ${version}`);
}

test.each<[string, (file: string) => void]>([
  [
    "is no database at all",
    (file) => writeFileSync(file, "not a database, but long enough\n".repeat(200)),
  ],
  ["has lost its header", (file) => overwrite(file, { at: 0, bytes: 100 })],
  ["is damaged in the middle", (file) => overwrite(file, { at: 4096, bytes: 40_000 })],
  ["was cut off", (file) => truncateSync(file, 10_000)],
  ["was written by a newer version", (file) => setVersion(file, 99)],
])("sets a catalog aside that %s, says so once and builds it anew", async (_how, damage) => {
  await using sandbox = new Sandbox(MANY);
  await prepare(sandbox);
  damage(sandbox.catalogFile);
  const damaged = readFileSync(sandbox.catalogFile);
  const warnings = await converse(sandbox);
  expect(warnings).toEqual([expect.stringContaining("catalog: ")]);
  expect(warnings[0]).toContain(sandbox.catalogFile);
  const asides = readdirSync(sandbox.cache).filter((file) => file.startsWith("catalog.db.aside-"));
  expect(asides).toHaveLength(1);
  expect(readFileSync(`${sandbox.cache}/${asides[0]}`).equals(damaged)).toBe(true);
  expect(await converse(sandbox)).toEqual([]);
});

test("begins anew with an empty catalog file, as a full disk leaves one", async () => {
  await using sandbox = new Sandbox(MANY);
  await prepare(sandbox);
  truncateSync(sandbox.catalogFile, 0);
  await converse(sandbox);
  expect(await converse(sandbox)).toEqual([]);
});

test("mends a catalog that is damaged while it is in use", async () => {
  await using sandbox = new Sandbox(MANY);
  await prepare(sandbox);
  const host = new RawHost(sandbox);
  await host.initialize();
  overwrite(sandbox.catalogFile, { at: 4096, bytes: 40_000 });
  await until("the tools are found again", async () => {
    const found = await host.call("describe_tool", { name: "many__extra_150" });
    if (textOf(found).includes("Generated tool number 150")) return true;
    await host.execute("proxy_refresh");
    return false;
  });
  expect(textOf(await host.execute("many__echo", { message: "served" }))).toBe("served");
});

test("keeps the catalog to its user", async () => {
  await using sandbox = new Sandbox(MANY);
  await prepare(sandbox);
  expect((statSync(sandbox.catalogFile).mode & 0o777).toString(8)).toBe("600");
  chmodSync(sandbox.catalogFile, 0o666);
  await converse(sandbox);
  expect((statSync(sandbox.catalogFile).mode & 0o777).toString(8)).toBe("600");
});
