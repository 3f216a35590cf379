import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSegment } from "../../src/search/segment-builder.ts";
import { SegmentStore } from "../../src/search/segment-store.ts";
import type { Segment } from "../../src/search/segment.ts";
import { catalogTool, recordLog } from "../catalog/examples.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { lexicon } from "./build-index.ts";
import { REALISTIC_TOOLS } from "./catalogs.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** Where modes mean nothing. */
const isWindows = process.platform === "win32";

let folder: string;
let path: string;
const open: SegmentStore[] = [];
const { log, lines } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-segments-"));
  path = join(folder, "cache", "search-index.db");
  lines.length = 0;
});

afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(folder, { recursive: true });
});

function openStore(): SegmentStore {
  const store = new SegmentStore(path, log);
  open.push(store);
  return store;
}

function close(store: SegmentStore): void {
  open.splice(open.indexOf(store), 1);
  store.close();
}

function segmentOf(...names: readonly string[]): Promise<Segment> {
  return buildSegment(
    names.map((name) => catalogTool("s", name)),
    { lexicon },
  );
}

function load(store: SegmentStore, keys: Readonly<Record<string, string>>) {
  return store.load(new Map(Object.entries(keys)));
}

const fruit = await segmentOf("apple", "pear");
const nothing = await segmentOf();
const realistic = await buildSegment(REALISTIC_TOOLS, { lexicon });

describe("what is saved", () => {
  test.each([
    ["a few tools", fruit],
    ["realistic tools", realistic],
    ["no tools", nothing],
  ])("is loaded as it was: %s", (_, segment) => {
    const first = openStore();
    first.save("s", "key 1", segment);
    close(first);
    const [loaded] = load(openStore(), { s: "key 1" });
    expect(loaded?.segment.parts).toEqual(segment.parts);
    expect(loaded?.segment.ids).toEqual(segment.ids);
    expect([loaded?.server, loaded?.key]).toEqual(["s", "key 1"]);
    expect(lines).toEqual([]);
  });

  test("takes the place of what was there of the same server", async () => {
    const store = openStore();
    store.save("s", "old", fruit);
    store.save("s", "new", await segmentOf("plum"));
    expect([...store.keys()]).toEqual([["s", "new"]]);
    expect(load(store, { s: "old" })).toEqual([]);
    expect(load(store, { s: "new" }).map(({ segment }) => segment.ids)).toEqual([["s__plum"]]);
  });

  test("goes when its server has gone", () => {
    const store = openStore();
    for (const server of ["a", "b", "c"]) store.save(server, "k", fruit);
    store.keepOnly(["b", "other"]);
    expect([...store.keys().keys()]).toEqual(["b"]);
    store.keepOnly([]);
    expect(store.keys().size).toBe(0);
  });

  test.skipIf(isWindows)("is of the user alone", () => {
    openStore().save("s", "k", fruit);
    expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
  });

  test("is seen by another process at once", () => {
    const [one, two] = [openStore(), openStore()];
    one.save("s", "k", fruit);
    two.save("t", "k", realistic);
    expect([...one.keys().keys()].toSorted()).toEqual(["s", "t"]);
    expect(load(two, { s: "k" })[0]?.segment.parts).toEqual(fruit.parts);
  });
});

describe("a damaged row is told and left out, the others are not:", () => {
  test.each<[string, string]>([
    ["a number", "numbers = CAST(zeroblob(4) || substr(numbers, 5) AS BLOB)"],
    ["half of the numbers", "numbers = substr(numbers, 1, length(numbers) / 2)"],
    ["a part of a number", "numbers = substr(numbers, 1, length(numbers) - 1)"],
    ["no numbers", "numbers = zeroblob(0)"],
    ["a vector", "vectors = CAST(x'7f7f' || substr(vectors, 3) AS BLOB)"],
    ["a letter of a word", "words = replace(words, 'appl', 'aqpl')"],
    ["a letter of a name", "ids = replace(ids, 'apple', 'aqple')"],
    ["no names", "ids = ''"],
    ["the checksum", "checksum = checksum + 1"],
    ["another type", "numbers = 7"],
  ])("%s", (_, damage) => {
    const first = openStore();
    first.save("s", "k", fruit);
    first.save("t", "k", realistic);
    close(first);
    using database = new Database(path);
    database.run(`UPDATE segments SET ${damage} WHERE server = 's'`);
    const loaded = load(openStore(), { s: "k", t: "k" });
    expect(loaded.map(({ server }) => server)).toEqual(["t"]);
    expect(lines).toEqual([expect.stringContaining("warn search: the index of s ")]);
  });
});

describe("a file that cannot be used is set aside, and the store works:", () => {
  test.each<[string, () => void]>([
    ["a text", () => writeFileSync(path, "not a database, and longer than a header ".repeat(99))],
    ["zeros", () => writeFileSync(path, new Uint8Array(8192))],
    ["its first half", () => writeFileSync(path, readFileSync(path).subarray(0, 6000))],
    [
      "another format's",
      () => {
        using database = new Database(path);
        database.run("PRAGMA user_version = 4711");
      },
    ],
    [
      "another program's",
      () => {
        rmSync(path);
        using database = new Database(path);
        database.run("CREATE TABLE segments (other)");
        database.run("PRAGMA user_version = 1");
      },
    ],
  ])("%s", (_, damage) => {
    const first = openStore();
    first.save("t", "k", realistic);
    close(first);
    damage();
    const store = openStore();
    expect(load(store, { t: "k" })).toEqual([]);
    store.save("s", "k", fruit);
    expect(load(store, { s: "k" })[0]?.segment.parts).toEqual(fruit.parts);
    close(store);
    expect([...openStore().keys()]).toEqual([["s", "k"]]);
    expect(lines).toEqual([expect.stringContaining("it is built anew")]);
    expect(readdirSync(join(folder, "cache")).some((file) => file.includes(".aside-"))).toBeTrue();
  });

  test("pages in the middle", () => {
    const first = openStore();
    for (let at = 0; at < 20; at++) first.save(`s${at}`, "k", realistic);
    close(first);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xa5, 4096, bytes.length - 4096));
    const store = openStore();
    expect(() => load(store, { s3: "k" })).not.toThrow();
    store.save("s", "k", fruit);
    expect(load(store, { s: "k" })[0]?.segment.parts).toEqual(fruit.parts);
  });
});

describe("where nothing can be written", () => {
  test("a folder that is a file keeps the index in memory", () => {
    writeFileSync(join(folder, "cache"), "in the way");
    const store = openStore();
    store.save("s", "k", fruit);
    expect(load(store, { s: "k" })[0]?.segment.parts).toEqual(fruit.parts);
    expect(lines).toEqual([expect.stringContaining("kept in memory only")]);
    expect(existsSync(path)).toBeFalse();
  });

  test.skipIf(isWindows || process.getuid?.() === 0)(
    "a read-only folder keeps it in memory",
    () => {
      mkdirSync(join(folder, "cache"));
      chmodSync(join(folder, "cache"), 0o500);
      const store = openStore();
      store.save("s", "k", fruit);
      expect(load(store, { s: "k" })).toHaveLength(1);
      chmodSync(join(folder, "cache"), 0o700);
    },
  );

  test("a full disk is told, and what was there stays", () => {
    const first = openStore();
    first.save("s", "k", fruit);
    // SQLite answers as for a disk without room.
    using writer = new Database(path);
    writer.run(
      "CREATE TRIGGER full BEFORE INSERT ON segments BEGIN SELECT raise(ABORT, 'disk is full'); END",
    );
    first.save("t", "k", realistic);
    expect(lines).toEqual([expect.stringContaining("the index cannot be kept (disk is full)")]);
    expect([...first.keys().keys()]).toEqual(["s"]);
  });
});

test("processes that save at the same time lose nothing", async () => {
  const writers = ["a", "b", "c"].map((name) =>
    Bun.spawn({
      cmd: [process.execPath, join(import.meta.dir, "segment-writer.ts"), path, name],
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );
  expect(await Promise.all(writers.map(({ exited }) => exited))).toEqual([0, 0, 0]);
  const said = await Promise.all(writers.map(({ stdout }) => new Response(stdout).text()));
  expect(said).toEqual(["", "", ""]);
  const store = openStore();
  const keys = store.keys();
  expect(keys.size).toBe(30);
  expect(store.load(keys)).toHaveLength(30);
  expect(lines).toEqual([]);
});
