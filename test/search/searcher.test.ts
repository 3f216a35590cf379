import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CatalogSnapshot } from "../../src/core/tool.ts";
import { IndexFile } from "../../src/search/index-file.ts";
import type { SavedIndex } from "../../src/search/saved-index.ts";
import { Searcher, type SearchSource } from "../../src/search/searcher.ts";
import { catalogTool, recordLog } from "../catalog/examples.ts";

let folder: string;
let path: string;
let saves: Promise<void>[];
const { log, lines } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-searcher-"));
  path = join(folder, "index.json");
  saves = [];
  lines.length = 0;
});

afterEach(async () => {
  await Promise.all(saves);
  rmSync(folder, { recursive: true });
});

/** The real file, whose writing in the background can be waited for. */
class AwaitedFile extends IndexFile {
  override save(version: string, index: SavedIndex): Promise<void> {
    const saved = super.save(version, index);
    saves.push(saved);
    return saved;
  }
}

/** A catalog with one tool for each name, whose version is its names. */
class NamedTools implements SearchSource {
  snapshots = 0;
  failure: Error | undefined;
  names: readonly string[];

  constructor(...names: readonly string[]) {
    this.names = names;
  }

  version(): string {
    return this.names.join(" ");
  }

  snapshot(): CatalogSnapshot {
    this.snapshots++;
    if (this.failure !== undefined) throw this.failure;
    const tools = this.names.map((name) => catalogTool("s", name));
    return { version: this.version(), tools };
  }
}

function createSearcher(source: SearchSource): Searcher {
  return new Searcher(source, { file: new AwaitedFile(path, log), log });
}

describe("the index", () => {
  test("is built once for a version", async () => {
    const source = new NamedTools("apple", "pear");
    const searcher = createSearcher(source);
    expect(await searcher.search("apple", 5)).toEqual(["s__apple"]);
    expect(await searcher.search("pear", 5)).toEqual(["s__pear"]);
    expect(source.snapshots).toBe(1);
  });

  test("is built once for two searches at a time", async () => {
    const source = new NamedTools("apple", "pear");
    const searcher = createSearcher(source);
    searcher.prepare();
    const found = await Promise.all([searcher.search("apple", 5), searcher.search("pear", 5)]);
    expect(found).toEqual([["s__apple"], ["s__pear"]]);
    expect(source.snapshots).toBe(1);
  });

  test("is built anew when the version has changed", async () => {
    const source = new NamedTools("apple");
    const searcher = createSearcher(source);
    expect(await searcher.search("pear", 5)).toEqual([]);
    source.names = ["pear"];
    expect(await searcher.search("pear", 5)).toEqual(["s__pear"]);
    expect(await searcher.search("apple", 5)).toEqual([]);
    expect(source.snapshots).toBe(2);
  });

  test("of an older version never takes the place of a newer one", async () => {
    const source = new NamedTools("apple");
    const searcher = createSearcher(source);
    const early = searcher.search("apple", 5);
    source.names = ["pear"];
    const late = searcher.search("pear", 5);
    await Promise.all([early, late]);
    expect(await searcher.search("pear", 5)).toEqual(["s__pear"]);
    expect(source.snapshots).toBe(2);
  });
});

describe("the saved index", () => {
  test("spares another process the building", async () => {
    await createSearcher(new NamedTools("apple", "pear")).search("apple", 5);
    await Promise.all(saves);
    const source = new NamedTools("apple", "pear");
    expect(await createSearcher(source).search("pear", 5)).toEqual(["s__pear"]);
    expect(source.snapshots).toBe(0);
    expect(lines).toEqual([]);
  });

  test("is left on the disk until somebody searches", async () => {
    await createSearcher(new NamedTools("apple")).search("apple", 5);
    await Promise.all(saves);
    const source = new NamedTools("apple");
    const searcher = createSearcher(source);
    searcher.prepare();
    expect(await searcher.search("apple", 5)).toEqual(["s__apple"]);
    expect(source.snapshots).toBe(0);
  });

  test("of another version is not used", async () => {
    await createSearcher(new NamedTools("apple")).search("apple", 5);
    await Promise.all(saves);
    const source = new NamedTools("pear");
    expect(await createSearcher(source).search("pear", 5)).toEqual(["s__pear"]);
    expect(source.snapshots).toBe(1);
  });

  test.each<[string, unknown]>([
    ["of a foreign shape", { index: 7 }],
    ["empty inside", {}],
    ["a text inside", "index"],
  ])("that is %s is told and built anew", async (_, index) => {
    await createSearcher(new NamedTools("apple")).search("apple", 5);
    await Promise.all(saves);
    writeFileSync(path, JSON.stringify({ ...(await Bun.file(path).json()), index }));
    const source = new NamedTools("apple");
    expect(await createSearcher(source).search("apple", 5)).toEqual(["s__apple"]);
    expect(source.snapshots).toBe(1);
    expect(lines).toEqual([expect.stringContaining("warn search: the saved index is unusable")]);
  });

  test.each<[string, (whole: string) => string, string[]]>([
    ["cut off", (whole) => whole.slice(0, whole.length / 2), ["cannot be read"]],
    ["empty", () => "", ["cannot be read"]],
    ["of other numbers", (whole) => whole.replace(/"numbers":"..../, "$&A==="), ["unusable"]],
    ["of a changed number", (whole) => whole.replace('"numbers":"A', '"numbers":"B'), ["unusable"]],
    ["without checksum", (whole) => whole.replace('"check"', '"no"'), ["unusable"]],
    ["of an older format", (whole) => whole.replace(/"format":\d+/, '"format":2'), []],
    ["another program's", () => '{"dependencies":{}}', []],
  ])("that is %s is built anew and replaced", async (_, damage, told) => {
    await createSearcher(new NamedTools("apple", "pear")).search("apple", 5);
    await Promise.all(saves);
    const whole = await Bun.file(path).text();
    expect(damage(whole)).not.toBe(whole);
    writeFileSync(path, damage(whole));
    const source = new NamedTools("apple", "pear");
    expect(await createSearcher(source).search("pear", 5)).toEqual(["s__pear"]);
    expect(source.snapshots).toBe(1);
    expect(lines).toEqual(told.map((words) => expect.stringContaining(words)));
    await Promise.all(saves);
    expect(await Bun.file(path).text()).toBe(whole);
  });

  test("that cannot be written is told, and the search goes on", async () => {
    writeFileSync(join(folder, "cache"), "in the way");
    path = join(folder, "cache", "index.json");
    expect(await createSearcher(new NamedTools("apple")).search("apple", 5)).toEqual(["s__apple"]);
    await Promise.all(saves);
    expect(lines).toContainEqual(expect.stringContaining("cannot be written"));
  });
});

describe("a catalog that cannot be read", () => {
  test("fails the search, and the next one tries again", async () => {
    const source = new NamedTools("apple");
    source.failure = new Error("disk on fire");
    const searcher = createSearcher(source);
    await expect(searcher.search("apple", 5)).rejects.toThrow("disk on fire");
    source.failure = undefined;
    expect(await searcher.search("apple", 5)).toEqual(["s__apple"]);
    expect(source.snapshots).toBe(2);
  });

  test("makes prepare() say so in the log", async () => {
    const source = new NamedTools("apple");
    source.failure = new Error("disk on fire");
    const searcher = createSearcher(source);
    searcher.prepare();
    await expect(searcher.search("apple", 5)).rejects.toThrow("disk on fire");
    expect(lines).toEqual(["warn search: disk on fire"]);
  });
});
