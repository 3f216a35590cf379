import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { SearchResult } from "../../src/search/searcher.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { GeneratedCatalog } from "./catalogs.ts";
import { ChangingSource } from "./changing-source.ts";
import { FRUIT, SearcherHome } from "./searcher-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let home: SearcherHome;

beforeEach(() => {
  home = new SearcherHome();
});

afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

describe("a search", () => {
  test("finds the tools of all servers, and says how many there are", async () => {
    const result = await home.searchAll(home.create(new ChangingSource(FRUIT)), "sell apple");
    expect(result.hits[0]?.id).toBe("market__sell_apple");
    expect(result).toMatchObject({ searched: 3, total: 3, isWeak: false });
  });

  test("of an empty catalog finds nothing", async () => {
    const result = await home.searchAll(home.create(new ChangingSource()), "sell apple");
    expect(result).toEqual({ hits: [], isWeak: true, searched: 0, total: 0 });
  });

  test("gives at most so many hits as are wanted", async () => {
    const searcher = home.create(new ChangingSource(FRUIT));
    expect((await home.searchAll(searcher, "sell", 1)).hits).toHaveLength(1);
    expect((await home.searchAll(searcher, "sell", 2)).hits).toHaveLength(2);
  });

  test("before all is indexed is answered from what there is, and says how much that is", async () => {
    const source = new ChangingSource(FRUIT);
    let isFirst = true;
    let early: Promise<SearchResult> | undefined;
    const searcher = home.create(source);
    await home.index(new ChangingSource({ market: FRUIT.market }));
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    source.onAsk = () => {
      if (!isFirst) return;
      isFirst = false;
      // Longer than a search waits: the tools of the kitchen are slow to come.
      Bun.sleepSync(400);
      early = home.search(searcher, "sell apple");
      resolve();
    };
    void home.search(searcher, "anything");
    await asked;
    const result = await early;
    expect(result?.hits[0]?.id).toBe("market__sell_apple");
    expect(result?.total).toBe(3);
    expect(await home.searchAll(searcher, "cook plum")).toMatchObject({ searched: 3, total: 3 });
  });

  test("before anything is indexed waits for it, also where that takes long", async () => {
    const many = new GeneratedCatalog(5).tools(400);
    const source = new ChangingSource();
    source.setTools("many", many);
    // A busy machine: by now a search has waited as long as it does for the rest of an index.
    source.onAsk = () => Bun.sleepSync(400);
    const { searched, total } = await home.search(home.create(source), "anything");
    expect([searched, total]).toEqual([400, 400]);
  });

  test("finds the tools that change nothing", async () => {
    const searcher = home.create(new ChangingSource({ shop: ["list_items", "delete_item"] }));
    await home.searchAll(searcher, "item");
    expect([...(await searcher.readOnlyTools())]).toEqual(["shop__list_items"]);
  });
});

describe("the index", () => {
  test("is made once for a version, however many search", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = home.create(source);
    searcher.prepare();
    await Promise.all(["apple", "pear", "plum"].map((word) => home.searchAll(searcher, word)));
    await home.searchAll(searcher, "apple");
    expect(source.asked.toSorted()).toEqual(["kitchen", "market"]);
  });

  test("is made anew for the one server whose tools have changed", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = home.create(source);
    await home.searchAll(searcher, "plum");
    const before = home.storedKeys();
    source.asked.length = 0;
    source.set("kitchen", "bake_cake");
    expect((await home.idsOf(searcher, "bake cake"))[0]).toBe("kitchen__bake_cake");
    expect(await home.idsOf(searcher, "plum")).not.toContain("kitchen__cook_plum");
    expect(source.asked).toEqual(["kitchen"]);
    const after = home.storedKeys();
    expect(after.get("market")).toBe(before.get("market") ?? "");
    expect(after.get("kitchen")).not.toBe(before.get("kitchen") ?? "");
  });

  test("is made anew for a server whose title has changed", async () => {
    const source = new ChangingSource({ s: ["sell_apple"] });
    const searcher = home.create(source);
    await home.searchAll(searcher, "sell");
    source.title = "Quetzal Orchard";
    expect((await home.idsOf(searcher, "quetzal"))[0]).toBe("s__sell_apple");
  });

  test("loses a server that is gone, on the disk too", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = home.create(source);
    await home.searchAll(searcher, "plum");
    source.remove("kitchen");
    source.set("market", "sell_fig");
    expect(await home.searchAll(searcher, "plum")).toMatchObject({ total: 1, searched: 1 });
    expect(await home.idsOf(searcher, "cook plum")).not.toContain("kitchen__cook_plum");
    expect([...home.storedKeys().keys()]).toEqual(["market"]);
  });

  test("follows changes that come while it is made", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = home.create(source);
    const early = home.search(searcher, "plum");
    source.set("kitchen", "bake_cake");
    source.set("garage", "fix_car");
    await early;
    expect((await home.idsOf(searcher, "bake cake"))[0]).toBe("kitchen__bake_cake");
    expect((await home.idsOf(searcher, "fix car"))[0]).toBe("garage__fix_car");
    expect(await home.idsOf(searcher, "plum")).not.toContain("kitchen__cook_plum");
  });
});

describe("a result", () => {
  test("is remembered by its very query and limit", async () => {
    const searcher = home.create(new ChangingSource(FRUIT));
    const first = await home.searchAll(searcher, "sell apple");
    expect(await home.search(searcher, "sell apple")).toBe(first);
    expect(await home.search(searcher, "sell apple", 4)).not.toBe(first);
    expect(await home.search(searcher, "sell apples")).not.toBe(first);
    expect(await home.search(searcher, "server:market sell apple")).not.toBe(first);
    expect(await home.search(searcher, "is:read-only sell apple")).not.toBe(first);
  });

  test("is forgotten when tools change", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = home.create(source);
    expect(await home.idsOf(searcher, "plum")).toContain("kitchen__cook_plum");
    source.set("kitchen", "bake_cake");
    expect(await home.idsOf(searcher, "plum")).not.toContain("kitchen__cook_plum");
    source.set("kitchen", "cook_plum");
    expect(await home.idsOf(searcher, "plum")).toContain("kitchen__cook_plum");
  });
});
