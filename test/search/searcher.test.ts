import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tiers } from "../../src/search/create-tiers.ts";
import { parseQuery } from "../../src/search/query.ts";
import { Searcher, type SearchResult } from "../../src/search/searcher.ts";
import { SegmentStore } from "../../src/search/segment-store.ts";
import { recordLog } from "../catalog/examples.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { ChangingSource } from "./changing-source.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const NO_TIERS: Tiers = { embeddings: undefined, reranker: undefined };

let folder: string;
let path: string;
const open = new Set<Searcher>();
const { log, lines } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-searcher-"));
  path = join(folder, "search-index.db");
  lines.length = 0;
});

afterEach(async () => {
  for (const searcher of open) await searcher.close();
  open.clear();
  rmSync(folder, { recursive: true });
});

function createSearcher(source: ChangingSource): Searcher {
  const searcher = new Searcher(source, {
    openStore: async () => new SegmentStore(path, log),
    openTiers: async () => NO_TIERS,
    log,
  });
  open.add(searcher);
  return searcher;
}

async function close(searcher: Searcher): Promise<void> {
  open.delete(searcher);
  await searcher.close();
}

function search(searcher: Searcher, typed: string, limit = 5): Promise<SearchResult> {
  return searcher.search(parseQuery(typed), limit);
}

/** Waits until all tools are searched; a busy machine may need longer than a search's patience. */
async function searchAll(searcher: Searcher, typed: string, limit = 5): Promise<SearchResult> {
  let result = await search(searcher, typed, limit);
  await until(async () => {
    result = await search(searcher, typed, limit);
    return result.searched === result.total;
  });
  return result;
}

async function idsOf(searcher: Searcher, typed: string): Promise<string[]> {
  return (await searchAll(searcher, typed)).hits.map(({ id }) => id);
}

/** Leaves the index of these servers on the disk. */
async function index(source: ChangingSource): Promise<void> {
  const searcher = createSearcher(source);
  await searchAll(searcher, "anything");
  await close(searcher);
}

function storedKeys(): ReadonlyMap<string, string> {
  const store = new SegmentStore(path, log);
  const keys = store.keys();
  store.close();
  return keys;
}

const FRUIT = { market: ["sell_apple", "sell_pear"], kitchen: ["cook_plum"] };

describe("a search", () => {
  test("finds the tools of all servers, and says how many there are", async () => {
    const result = await searchAll(createSearcher(new ChangingSource(FRUIT)), "sell apple");
    expect(result.hits[0]?.id).toBe("market__sell_apple");
    expect(result).toMatchObject({ searched: 3, total: 3, isWeak: false });
  });

  test("of an empty catalog finds nothing", async () => {
    const result = await searchAll(createSearcher(new ChangingSource()), "sell apple");
    expect(result).toEqual({ hits: [], isWeak: true, searched: 0, total: 0 });
  });

  test("gives at most so many hits as are wanted", async () => {
    const searcher = createSearcher(new ChangingSource(FRUIT));
    expect((await searchAll(searcher, "sell", 1)).hits).toHaveLength(1);
    expect((await searchAll(searcher, "sell", 2)).hits).toHaveLength(2);
  });

  test("before all is indexed is answered from what there is, and says how much that is", async () => {
    const source = new ChangingSource(FRUIT);
    let isFirst = true;
    let early: Promise<SearchResult> | undefined;
    const searcher = createSearcher(source);
    await index(new ChangingSource({ market: FRUIT.market }));
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    source.onAsk = () => {
      if (!isFirst) return;
      isFirst = false;
      // Longer than a search waits: the tools of the kitchen are slow to come.
      Bun.sleepSync(400);
      early = search(searcher, "sell apple");
      resolve();
    };
    void search(searcher, "anything");
    await asked;
    const result = await early;
    expect(result?.hits[0]?.id).toBe("market__sell_apple");
    expect(result?.total).toBe(3);
    expect(await searchAll(searcher, "cook plum")).toMatchObject({ searched: 3, total: 3 });
  });

  test("finds the tools that change nothing", async () => {
    const searcher = createSearcher(new ChangingSource({ shop: ["list_items", "delete_item"] }));
    await searchAll(searcher, "item");
    expect([...(await searcher.readOnlyTools())]).toEqual(["shop__list_items"]);
  });
});

describe("the index", () => {
  test("is made once for a version, however many search", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = createSearcher(source);
    searcher.prepare();
    await Promise.all(["apple", "pear", "plum"].map((word) => searchAll(searcher, word)));
    await searchAll(searcher, "apple");
    expect(source.asked.toSorted()).toEqual(["kitchen", "market"]);
  });

  test("is made anew for the one server whose tools have changed", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = createSearcher(source);
    await searchAll(searcher, "plum");
    const before = storedKeys();
    source.asked.length = 0;
    source.set("kitchen", "bake_cake");
    expect((await idsOf(searcher, "bake cake"))[0]).toBe("kitchen__bake_cake");
    expect(await idsOf(searcher, "plum")).not.toContain("kitchen__cook_plum");
    expect(source.asked).toEqual(["kitchen"]);
    const after = storedKeys();
    expect(after.get("market")).toBe(before.get("market") ?? "");
    expect(after.get("kitchen")).not.toBe(before.get("kitchen") ?? "");
  });

  test("is made anew for a server whose title has changed", async () => {
    const source = new ChangingSource({ s: ["sell_apple"] });
    const searcher = createSearcher(source);
    await searchAll(searcher, "sell");
    source.title = "Quetzal Orchard";
    expect((await idsOf(searcher, "quetzal"))[0]).toBe("s__sell_apple");
  });

  test("loses a server that is gone, on the disk too", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = createSearcher(source);
    await searchAll(searcher, "plum");
    source.remove("kitchen");
    source.set("market", "sell_fig");
    expect(await searchAll(searcher, "plum")).toMatchObject({ total: 1, searched: 1 });
    expect(await idsOf(searcher, "cook plum")).not.toContain("kitchen__cook_plum");
    expect([...storedKeys().keys()]).toEqual(["market"]);
  });

  test("follows changes that come while it is made", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = createSearcher(source);
    const early = search(searcher, "plum");
    source.set("kitchen", "bake_cake");
    source.set("garage", "fix_car");
    await early;
    expect((await idsOf(searcher, "bake cake"))[0]).toBe("kitchen__bake_cake");
    expect((await idsOf(searcher, "fix car"))[0]).toBe("garage__fix_car");
    expect(await idsOf(searcher, "plum")).not.toContain("kitchen__cook_plum");
  });
});

describe("the index on the disk", () => {
  test("spares another process the work", async () => {
    await index(new ChangingSource(FRUIT));
    const source = new ChangingSource(FRUIT);
    expect((await idsOf(createSearcher(source), "cook plum"))[0]).toBe("kitchen__cook_plum");
    expect(source.asked).toEqual([]);
    expect(lines).toEqual([]);
  });

  test("spares it for the servers that have not changed", async () => {
    await index(new ChangingSource(FRUIT));
    const source = new ChangingSource({ ...FRUIT, kitchen: ["bake_cake"], garage: ["fix_car"] });
    await searchAll(createSearcher(source), "cake");
    expect(source.asked.toSorted()).toEqual(["garage", "kitchen"]);
  });

  test("is not so much as read where all of it is there and nobody searches", async () => {
    await index(new ChangingSource(FRUIT));
    // What cannot be read would be told.
    using database = new Database(path);
    database.run("UPDATE segments SET checksum = 0");
    const source = new ChangingSource(FRUIT);
    const searcher = createSearcher(source);
    searcher.prepare();
    await close(searcher);
    expect(lines).toEqual([]);
    expect(source.asked).toEqual([]);
  });

  test("is made in the background where it is missing", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = createSearcher(source);
    searcher.prepare();
    await until(() => existsSync(path) && source.asked.length === 2);
    await close(searcher);
    expect([...storedKeys().keys()].toSorted()).toEqual(["kitchen", "market"]);
  });

  test("of other word vectors is not used", async () => {
    await index(new ChangingSource(FRUIT));
    using database = new Database(path);
    database.run("UPDATE segments SET key = replace(key, '.', '.0')");
    const source = new ChangingSource(FRUIT);
    expect((await idsOf(createSearcher(source), "cook plum"))[0]).toBe("kitchen__cook_plum");
    expect(source.asked.toSorted()).toEqual(["kitchen", "market"]);
  });

  test("that is damaged for one server is made anew for that one", async () => {
    await index(new ChangingSource(FRUIT));
    using database = new Database(path);
    database.run("UPDATE segments SET words = replace(words, 'plum', 'plun')");
    const source = new ChangingSource(FRUIT);
    expect((await idsOf(createSearcher(source), "cook plum"))[0]).toBe("kitchen__cook_plum");
    expect(source.asked).toEqual(["kitchen"]);
    expect(lines).toEqual([expect.stringContaining("the index of kitchen is damaged")]);
  });

  test("that is no database is set aside and made anew", async () => {
    writeFileSync(path, "no database, whatever its name says ".repeat(200));
    expect((await idsOf(createSearcher(new ChangingSource(FRUIT)), "cook plum"))[0]).toBe(
      "kitchen__cook_plum",
    );
    expect(lines).toEqual([expect.stringContaining("it is built anew")]);
  });

  test("serves two that search at the same time", async () => {
    const sources = [new ChangingSource(FRUIT), new ChangingSource(FRUIT)];
    const found = await Promise.all(
      sources.map((source) => idsOf(createSearcher(source), "cook plum")),
    );
    expect(found.map(([first]) => first)).toEqual(["kitchen__cook_plum", "kitchen__cook_plum"]);
    expect(storedKeys().size).toBe(2);
    expect(lines).toEqual([]);
  });
});

describe("a result", () => {
  test("is remembered by its very query and limit", async () => {
    const searcher = createSearcher(new ChangingSource(FRUIT));
    const first = await searchAll(searcher, "sell apple");
    expect(await search(searcher, "sell apple")).toBe(first);
    expect(await search(searcher, "sell apple", 4)).not.toBe(first);
    expect(await search(searcher, "sell apples")).not.toBe(first);
    expect(await search(searcher, "server:market sell apple")).not.toBe(first);
    expect(await search(searcher, "is:read-only sell apple")).not.toBe(first);
  });

  test("is forgotten when tools change", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = createSearcher(source);
    expect(await idsOf(searcher, "plum")).toContain("kitchen__cook_plum");
    source.set("kitchen", "bake_cake");
    expect(await idsOf(searcher, "plum")).not.toContain("kitchen__cook_plum");
    source.set("kitchen", "cook_plum");
    expect(await idsOf(searcher, "plum")).toContain("kitchen__cook_plum");
  });
});

describe("what fails", () => {
  test("in one server leaves the others to be found, and is told", async () => {
    const source = new ChangingSource({ ...FRUIT, odd: ["x"] });
    source.failures.set("market", new Error("disk on fire"));
    const searcher = createSearcher(source);
    await until(async () => (await search(searcher, "cook plum")).searched === 2);
    const { hits, searched, total } = await search(searcher, "cook plum");
    expect(hits[0]?.id).toBe("kitchen__cook_plum");
    expect([searched, total]).toEqual([2, 4]);
    expect(lines).toContainEqual(expect.stringContaining("cannot index (disk on fire)"));
  });

  test("for a while is mended by the next search", async () => {
    const source = new ChangingSource(FRUIT);
    source.failures.set("kitchen", new Error("disk on fire"));
    const searcher = createSearcher(source);
    await search(searcher, "cook plum");
    source.failures.clear();
    expect((await idsOf(searcher, "cook plum"))[0]).toBe("kitchen__cook_plum");
  });

  test("by a tool that nobody can read costs its server alone", async () => {
    const source = new ChangingSource({ ...FRUIT, broken: ["x"] });
    const [tool] = source.toolsOf("broken");
    if (tool !== undefined) source.setTools("broken", [{ ...tool, json: "{" }]);
    const searcher = createSearcher(source);
    await until(async () => (await search(searcher, "apple")).searched === 3);
    expect((await search(searcher, "sell apple")).hits[0]?.id).toBe("market__sell_apple");
  });

  test("in the whole catalog fails the search, and the next one works", async () => {
    const source = new ChangingSource(FRUIT);
    source.failure = new Error("disk on fire");
    const searcher = createSearcher(source);
    await expect(search(searcher, "apple")).rejects.toThrow("disk on fire");
    source.failure = undefined;
    expect((await idsOf(searcher, "sell apple"))[0]).toBe("market__sell_apple");
  });

  test("in the background is told", async () => {
    const source = new ChangingSource(FRUIT);
    source.failure = new Error("disk on fire");
    createSearcher(source).prepare();
    await until(() => lines.length > 0);
    expect(lines).toEqual(["warn search: disk on fire"]);
  });
});

describe("the end", () => {
  test("waits for what is being written, and leaves the rest", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = createSearcher(source);
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    source.onAsk = () => resolve();
    searcher.prepare();
    await asked;
    await close(searcher);
    expect([...storedKeys().keys()]).toEqual(["market"]);
    expect(source.asked).toEqual(["market"]);
    expect(lines).toEqual([]);
  });

  test("right after the beginning is quiet", async () => {
    const searcher = createSearcher(new ChangingSource(FRUIT));
    searcher.prepare();
    await close(searcher);
    expect(lines).toEqual([]);
  });

  test("before any use does nothing", async () => {
    await close(createSearcher(new ChangingSource(FRUIT)));
    expect(existsSync(path)).toBeFalse();
  });

  test("lets a search under way come to its own", async () => {
    const searcher = createSearcher(new ChangingSource(FRUIT));
    await searchAll(searcher, "apple");
    const late = search(searcher, "cook plum");
    await close(searcher);
    expect((await late).hits[0]?.id).toBe("kitchen__cook_plum");
    expect(lines).toEqual([]);
  });

  test("opens no models that nobody would close", async () => {
    let opened = 0;
    const { promise: isOpening, resolve: begin } = Promise.withResolvers<void>();
    const { promise: store, resolve: give } = Promise.withResolvers<SegmentStore>();
    const searcher = new Searcher(new ChangingSource(FRUIT), {
      openStore: () => {
        begin();
        return store;
      },
      openTiers: async () => {
        opened++;
        return NO_TIERS;
      },
      log,
    });
    searcher.prepare();
    await isOpening;
    const closed = searcher.close();
    give(new SegmentStore(path, log));
    await closed;
    await Bun.sleep(0);
    expect(opened).toBe(0);
  });
});
