import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vectorKey, VectorStore } from "../../../src/search/models/vector-store.ts";
import { recordLog } from "../../catalog/examples.ts";
import { TEST_TIMEOUT_MS } from "../../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const DAY_MS = 24 * 60 * 60 * 1000;
const [A, B, C] = ["a", "b", "c"].map((text) => vectorKey("space", text)) as [
  string,
  string,
  string,
]; // as: three of three
const VECTOR = Int8Array.of(127, -127, 0, -1);

let folder: string;
let path: string;
const open: VectorStore[] = [];
const { log, lines } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-vectors-"));
  path = join(folder, "cache", "search-vectors.db");
  lines.length = 0;
});

afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(folder, { recursive: true });
});

function openStore(options: { now?: () => number; maxBytes?: number } = {}): VectorStore {
  const store = new VectorStore(path, { log, ...options });
  open.push(store);
  return store;
}

/** What is left of the three vectors. */
function kept(store: VectorStore): string[] {
  return [...store.load([A, B, C]).keys()];
}

function inCache(): string[] {
  return readdirSync(join(path, ".."));
}

/** The old file lies beside the new one, which works, and one line says so. */
function expectBuiltAnew(store: VectorStore): void {
  expect(store.load([A])).toEqual(new Map());
  store.save(new Map([[A, VECTOR]]));
  expect(openStore().load([A])).toEqual(new Map([[A, VECTOR]]));
  expect(inCache().filter((name) => name.includes(".aside-"))).toHaveLength(1);
  expect(lines).toEqual([expect.stringMatching(/^warn search: the vectors: .*built anew$/)]);
}

function saveMany(): void {
  const store = new VectorStore(path, { log });
  const many = Array.from({ length: 2000 }, (_, at) => [vectorKey("x", `${at}`), VECTOR] as const);
  store.save(new Map([[A, VECTOR], ...many]));
  store.close();
}

describe("the vectors on disk", () => {
  test("are there for the next process, byte for byte, for this user alone", () => {
    const store = openStore();
    store.save(new Map([[A, VECTOR]]));
    expect(openStore().load([A, B])).toEqual(new Map([[A, VECTOR]]));
    // On Windows modes mean nothing.
    if (process.platform !== "win32") expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
    store.remove([A]);
    expect(openStore().load([A])).toEqual(new Map());
  });

  test("are of one text of one model with so many dimensions", () => {
    const keys = [
      vectorKey("x", "a"),
      vectorKey("y", "a"),
      vectorKey("x", "b"),
      vectorKey("", "x\na"),
    ];
    expect(new Set(keys).size).toBe(4);
    expect(keys[0]).toBe(vectorKey("x", "a"));
  });

  test("show no text", () => {
    openStore().save(new Map([[vectorKey("space", "words-of-a-tool"), VECTOR]]));
    for (const file of readdirSync(join(path, ".."))) {
      expect(readFileSync(join(path, "..", file), "latin1")).not.toContain("words-of-a-tool");
    }
  });

  test("go when nobody has used them for 30 days", () => {
    let today = 100;
    const store = openStore({ now: () => today * DAY_MS });
    store.save(
      new Map([
        [A, VECTOR],
        [B, VECTOR],
      ]),
    );
    today = 115;
    store.load([B]);
    today = 131;
    store.prune();
    expect(kept(store)).toEqual([B]);
  });

  test("go when there are too many, those first that were used longest ago", () => {
    let today = 100;
    const store = openStore({ now: () => today * DAY_MS, maxBytes: 2 * VECTOR.length });
    for (const key of [A, B, C]) store.save(new Map([[key, VECTOR]]));
    today = 101;
    store.load([A]);
    store.prune();
    expect(kept(store)).toEqual([A, C]);
    store.prune();
    expect(kept(store)).toEqual([A, C]);
  });
});

describe("a file that cannot be used", () => {
  test("because it is something else", () => {
    mkdirSync(join(path, ".."));
    writeFileSync(path, "hello ".repeat(1000));
    expectBuiltAnew(openStore());
  });

  test("because half of it is missing", () => {
    saveMany();
    truncateSync(path, 4096 * 3 + 100);
    const store = openStore();
    store.load([A, B]);
    store.prune();
    expect(lines).toEqual([expect.stringMatching(/built anew$/)]);
    store.save(new Map([[A, VECTOR]]));
    expect(store.load([A])).toEqual(new Map([[A, VECTOR]]));
  });

  test("because its pages are overwritten", () => {
    saveMany();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xa5, 4096));
    const store = openStore();
    expectBuiltAnew(store);
  });

  test("because another version wrote it, or its tables are gone", () => {
    mkdirSync(join(path, ".."));
    const other = new Database(path, { create: true });
    other.run("PRAGMA user_version = 7");
    other.close();
    expectBuiltAnew(openStore());
    lines.length = 0;
    const emptied = new Database(path);
    emptied.run("DROP TABLE vectors");
    emptied.close();
    openStore();
    expect(lines).toEqual([expect.stringMatching(/built anew$/)]);
  });

  test("because its folder is a file: then memory will do", () => {
    writeFileSync(join(folder, "cache"), "");
    const store = openStore();
    store.save(new Map([[A, VECTOR]]));
    expect(store.load([A])).toEqual(new Map([[A, VECTOR]]));
    expect(lines).toEqual([
      expect.stringMatching(/^warn search: the vectors: kept in memory only/),
    ]);
  });
});

test("four processes that write at once lose nothing", async () => {
  const names = ["p0", "p1", "p2", "p3"];
  const script = join(import.meta.dir, "vector-writer.ts");
  const writers = names.map((name) =>
    Bun.spawn([process.execPath, script, path, name], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    }),
  );
  await Promise.all(writers.map(({ stdout }) => stdout.getReader().read()));
  for (const { stdin } of writers) void stdin.end();
  const told = await Promise.all(writers.map(({ stderr }) => new Response(stderr).text()));
  expect(told.join("")).toBe("");
  expect(await Promise.all(writers.map(({ exited }) => exited))).toEqual([0, 0, 0, 0]);
  const keys = [...names, "all"].flatMap((name) =>
    Array.from({ length: 100 }, (_, at) => vectorKey(name, `${at}`)),
  );
  expect(openStore().load(keys).size).toBe(500);
});
