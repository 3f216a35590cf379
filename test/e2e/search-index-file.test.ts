import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { fixture } from "./entries.ts";
import { RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { textOf } from "./sdk-host.ts";

const MANY = fixture("echo.ts", { ECHO_EXTRA_TOOLS: "300" });
const ONE_SERVER = { mcpServers: { many: MANY } };

/** A start that searches, and ends when the index is on the disk; what it warned of. */
async function searchAll(sandbox: Sandbox): Promise<string[]> {
  const host = new RawHost(sandbox);
  await host.initialize();
  let text = "";
  do text = textOf(await host.call("search_tools", { query: "extra_7" }));
  while (text.includes("being indexed"));
  expect(text).toStartWith("many__extra_7: ");
  host.endInput();
  await host.exited;
  return host.stderr.split("\n").filter((line) => / (warn|error) /.test(line));
}

interface Row {
  readonly server: string;
  readonly key: string;
  readonly ids: string;
}

function rows({ searchIndexFile }: Sandbox): Row[] {
  using database = new Database(searchIndexFile);
  return database.query<Row, []>("SELECT server, key, ids FROM segments ORDER BY server").all();
}

/** Leaves a catalog and its index behind. */
async function prepare(sandbox: Sandbox): Promise<void> {
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.execute("proxy_refresh");
  host.endInput();
  await host.exited;
  expect(await searchAll(sandbox)).toEqual([]);
  expect(rows(sandbox)[0]?.ids).toContain("many__extra_300");
}

function removeJournals({ searchIndexFile }: Sandbox): void {
  for (const suffix of ["-wal", "-shm"]) rmSync(`${searchIndexFile}${suffix}`, { force: true });
}

test.each<[string, (file: string) => void]>([
  ["is no database", (file) => writeFileSync(file, "not a database, but long\n".repeat(300))],
  ["was cut off", (file) => truncateSync(file, 6000)],
  ["is damaged in the middle", (file) => writeFileSync(file, readFileSync(file).fill(7, 4096))],
  [
    "has a number changed",
    (file) => {
      using database = new Database(file);
      database.run("UPDATE segments SET numbers = zeroblob(4) || substr(numbers, 5)");
    },
  ],
  [
    "was written by another version",
    (file) => {
      using database = new Database(file);
      database.run("PRAGMA user_version = 99");
    },
  ],
])("indexes anew when the saved index %s, and says so once", async (_how, damage) => {
  await using sandbox = new Sandbox(ONE_SERVER);
  await prepare(sandbox);
  removeJournals(sandbox);
  damage(sandbox.searchIndexFile);
  expect(await searchAll(sandbox)).toEqual([expect.stringContaining("search: ")]);
  expect(await searchAll(sandbox)).toEqual([]);
  expect(rows(sandbox)[0]?.ids).toContain("many__extra_300");
});

test("starts with an empty file as with none", async () => {
  await using sandbox = new Sandbox(ONE_SERVER);
  await prepare(sandbox);
  removeJournals(sandbox);
  writeFileSync(sandbox.searchIndexFile, "");
  expect(await searchAll(sandbox)).toEqual([]);
});

test("leaves a good index on the disk when only the catalog was lost", async () => {
  await using sandbox = new Sandbox(ONE_SERVER);
  await prepare(sandbox);
  const before = rows(sandbox);
  for (const suffix of ["", "-wal", "-shm"]) {
    rmSync(`${sandbox.catalogFile}${suffix}`, { force: true });
  }
  expect(await searchAll(sandbox)).toEqual([]);
  expect(rows(sandbox)).toEqual(before);
});

test("indexes one server anew when its tools change, and forgets one that is gone", async () => {
  const other = fixture("echo.ts", { ECHO_NAME: "other" });
  await using sandbox = new Sandbox({ mcpServers: { many: MANY, other, third: other } });
  await prepare(sandbox);
  const before = rows(sandbox);
  expect(before.map(({ server }) => server)).toEqual(["many", "other", "third"]);
  const changed = fixture("echo.ts", { ECHO_NAME: "other", ECHO_EXTRA_TOOLS: "1" });
  sandbox.configure({ mcpServers: { many: MANY, other: changed } });
  await prepare(sandbox);
  const after = rows(sandbox);
  expect(after.map(({ server }) => server)).toEqual(["many", "other"]);
  expect(after[0]).toEqual(before[0] as Row);
  expect(after[1]?.ids).toContain("other__extra_1");
});

test("leaves no broken index behind when its host goes right after the first search", async () => {
  await using sandbox = new Sandbox(ONE_SERVER);
  for (let round = 0; round < 5; round++) {
    const host = new RawHost(sandbox);
    await host.initialize();
    await host.call("search_tools", { query: "generated tool" });
    host.endInput();
    await host.exited;
    expect(host.stderr).not.toMatch(/ (warn|error) .*search/);
    rmSync(sandbox.searchIndexFile, { force: true });
    removeJournals(sandbox);
  }
  expect(await searchAll(sandbox)).toEqual([]);
  expect(readdirSync(sandbox.cache).filter((file) => file.includes(".aside-"))).toEqual([]);
});

test("shares the index among processes that start at once", async () => {
  await using sandbox = new Sandbox(ONE_SERVER);
  await prepare(sandbox);
  rmSync(sandbox.searchIndexFile);
  removeJournals(sandbox);
  const warnings = await Promise.all([searchAll(sandbox), searchAll(sandbox), searchAll(sandbox)]);
  expect(warnings).toEqual([[], [], []]);
  expect(rows(sandbox)).toHaveLength(1);
});

test("keeps the index to its user", async () => {
  await using sandbox = new Sandbox(ONE_SERVER);
  await prepare(sandbox);
  expect((statSync(sandbox.searchIndexFile).mode & 0o777).toString(8)).toBe("600");
});
