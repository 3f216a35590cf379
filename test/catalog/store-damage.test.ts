import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CatalogStore } from "../../src/catalog/store.ts";
import { listing, recordLog } from "./examples.ts";

const PAGE = 4096;

let folder: string;
let path: string;
const open: CatalogStore[] = [];
const { log, lines } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-damage-"));
  path = join(folder, "catalog.db");
  lines.length = 0;
});

afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(folder, { recursive: true });
});

function openStore(): CatalogStore {
  const store = new CatalogStore(path, log);
  open.push(store);
  return store;
}

function put(store: CatalogStore, name: string, ...tools: readonly string[]): void {
  store.replaceServer(name, { fingerprint: "f", at: 1, listing: listing(...tools) });
}

/** A whole file with more tools than fit on some pages. */
function writeWholeFile(): void {
  const store = new CatalogStore(path, log);
  put(store, "big", ...Array.from({ length: 2000 }, (_, at) => `tool_${at}`));
  store.close();
  expect(statSync(path).size).toBeGreaterThan(10 * PAGE);
}

/** Everything behind the first page, which holds the version and the names of the tables. */
function overwritePages(from = PAGE): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(statSync(path).size - from, 0xa5), 0, undefined, from);
  closeSync(file);
}

function filesAside(): string[] {
  return readdirSync(folder).filter((name) => name.startsWith("catalog.db.aside-"));
}

/** The store works, the old file lies beside the new one, and one line says so. */
function expectBuiltAnew(store: CatalogStore): void {
  expect(store.all()).toEqual({ servers: [], tools: [] });
  put(store, "a", "x");
  expect(new CatalogStore(path, log).toolNames("a")).toEqual(["x"]);
  expect(filesAside()).toHaveLength(1);
  expect(lines).toEqual([expect.stringMatching(/^warn catalog: .*catalog\.db.*built anew$/)]);
}

/** What does not read a damaged page cannot know of it. */
function expectUsable(store: CatalogStore): void {
  expect(lines.length).toBeLessThanOrEqual(1);
  put(store, "later", "z");
  expect(store.toolNames("later")).toEqual(["z"]);
}

describe("a file that cannot be used when it is opened is set aside", () => {
  test.each([
    ["a text", "this is no database, whatever its name may say"],
    ["garbage of many pages", Buffer.alloc(5 * PAGE, 0x5a)],
    ["a header and nothing else", "SQLite format 3\u0000"],
  ])("%s", (_, content) => {
    writeFileSync(path, content);
    expectBuiltAnew(openStore());
    expect(readFileSync(join(folder, filesAside()[0] ?? ""))).toEqual(Buffer.from(content));
  });

  test.each([1, 2, 99, -1])("one of version %d", (version) => {
    const database = new Database(path);
    database.run("CREATE TABLE servers (name TEXT)");
    database.run(`PRAGMA user_version = ${version}`);
    database.close();
    expectBuiltAnew(openStore());
  });

  test("another program's database", () => {
    const database = new Database(path);
    database.run("CREATE TABLE servers (name TEXT)");
    database.close();
    expectBuiltAnew(openStore());
  });

  test("a database of our version without our tables", () => {
    const database = new Database(path);
    database.run("PRAGMA user_version = 3");
    database.close();
    expectBuiltAnew(openStore());
  });

  test("a folder of that name", () => {
    mkdirSync(path);
    expectBuiltAnew(openStore());
  });

  test("an empty file is simply filled", () => {
    writeFileSync(path, "");
    const store = openStore();
    put(store, "a", "x");
    expect(filesAside()).toEqual([]);
    expect(lines).toEqual([]);
  });
});

const CALLS: [string, (store: CatalogStore) => unknown][] = [
  ["servers()", (store) => store.servers()],
  ["toolNames()", (store) => store.toolNames("big")],
  ["tool()", (store) => store.tool("big", "tool_1000")],
  ["all()", (store) => store.all()],
  ["replaceServer()", (store) => put(store, "other", "y")],
  ["dataVersion()", (store) => store.dataVersion()],
];

describe("damage that shows only when the tools are read", () => {
  test("a file cut off is set aside", () => {
    writeWholeFile();
    truncateSync(path, 3 * PAGE + 100);
    expectBuiltAnew(openStore());
  });

  test("pages overwritten after the file was opened are set aside", () => {
    writeWholeFile();
    const store = openStore();
    overwritePages();
    expectBuiltAnew(store);
  });

  test.each(CALLS)("%s does not throw", (_, act) => {
    writeWholeFile();
    const store = openStore();
    overwritePages();
    act(store);
    expectUsable(store);
  });

  test.each(CALLS)("%s does not throw when the first page is garbage too", (_, act) => {
    writeWholeFile();
    const store = openStore();
    overwritePages(0);
    act(store);
    expectUsable(store);
  });

  test("shows as another data version, so that nobody goes on with rows of the old file", () => {
    writeWholeFile();
    const store = openStore();
    const before = store.dataVersion();
    overwritePages();
    expect(store.toolNames("big")).toEqual([]);
    expect(store.dataVersion()).not.toBe(before);
  });
});

describe("a disk that refuses us", () => {
  test("leaves the catalog in memory", () => {
    writeFileSync(join(folder, "cache"), "in the way");
    path = join(folder, "cache", "catalog.db");
    const store = openStore();
    put(store, "a", "x");
    expect(store.toolNames("a")).toEqual(["x"]);
    expect(lines).toEqual([expect.stringMatching(/^warn catalog: .*in memory only/)]);
    expect(readdirSync(folder)).toEqual(["cache"]);
  });
});
