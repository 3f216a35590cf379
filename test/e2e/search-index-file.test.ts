import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fixture } from "./entries.ts";
import { RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { textOf } from "./sdk-host.ts";
import { until } from "./until.ts";

const MANY = fixture("echo.ts", { ECHO_EXTRA_TOOLS: "300" });
const ONE_SERVER = { mcpServers: { many: MANY } };

/** A start that ends once the index of all tools is on the disk; what it warned of. */
async function indexTools(sandbox: Sandbox): Promise<string[]> {
  const host = new RawHost(sandbox);
  await host.initialize();
  const found = await host.call("search_tools", { query: "generated tool number 7" });
  expect(textOf(found)).toContain("many__extra_7: ");
  await until("the index is saved", () => isWhole(savedIndex(sandbox)));
  host.endInput();
  await host.exited;
  return host.stderr.split("\n").filter((line) => / (warn|error) /.test(line));
}

function savedIndex({ searchIndexFile }: Sandbox): string {
  return existsSync(searchIndexFile) ? readFileSync(searchIndexFile, "utf8") : "";
}

function isWhole(saved: string): boolean {
  return saved.includes("many__extra_300") && saved.endsWith("}}");
}

/** Leaves a catalog and its index behind. */
async function prepare(sandbox: Sandbox): Promise<void> {
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.execute("proxy_refresh");
  host.endInput();
  await host.exited;
  expect(await indexTools(sandbox)).toEqual([]);
}

test.each<[string, (whole: string) => string]>([
  ["is no JSON", () => "not JSON"],
  ["is empty", () => ""],
  ["was cut off", (whole) => whole.slice(0, whole.length / 2)],
  [
    "has the right version and nonsense inside",
    (whole) => whole.replace(/"index":.*/s, '"index":{"a":1}}'),
  ],
])("indexes anew when the saved index %s, and says so once", async (_how, damage) => {
  await using sandbox = new Sandbox(ONE_SERVER);
  await prepare(sandbox);
  writeFileSync(sandbox.searchIndexFile, damage(savedIndex(sandbox)));
  expect(await indexTools(sandbox)).toEqual([expect.stringContaining("search: ")]);
  expect(await indexTools(sandbox)).toEqual([]);
});

test("replaces an index of another format without a word", async () => {
  await using sandbox = new Sandbox(ONE_SERVER);
  await prepare(sandbox);
  const saved = JSON.parse(savedIndex(sandbox));
  writeFileSync(sandbox.searchIndexFile, JSON.stringify({ ...saved, format: 0, index: {} }));
  expect(await indexTools(sandbox)).toEqual([]);
});

test("leaves a good index on the disk when only the catalog was lost", async () => {
  await using sandbox = new Sandbox(ONE_SERVER);
  await prepare(sandbox);
  for (let round = 0; round < 5; round++) {
    for (const suffix of ["", "-wal", "-shm"]) {
      rmSync(`${sandbox.catalogFile}${suffix}`, { force: true });
    }
    expect(await indexTools(sandbox)).toEqual([]);
    // What is written late must not be older than what is there.
    expect(isWhole(savedIndex(sandbox))).toBe(true);
  }
});

test("leaves no half-written file behind when its host goes right after the first search", async () => {
  for (let round = 0; round < 5; round++) {
    await using sandbox = new Sandbox(ONE_SERVER);
    const host = new RawHost(sandbox);
    await host.initialize();
    await host.call("search_tools", { query: "generated tool" });
    host.endInput();
    await host.exited;
    const files = readdirSync(sandbox.cache);
    expect(files.filter((file) => file.endsWith(".tmp"))).toEqual([]);
  }
});

test("keeps the index to its user", async () => {
  await using sandbox = new Sandbox(ONE_SERVER);
  await prepare(sandbox);
  expect((statSync(sandbox.searchIndexFile).mode & 0o777).toString(8)).toBe("600");
});
