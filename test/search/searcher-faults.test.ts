import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { Searcher } from "../../src/search/searcher.ts";
import { SegmentStore } from "../../src/search/segment-store.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
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

describe("what fails", () => {
  test("in one server leaves the others to be found, and is told", async () => {
    const source = new ChangingSource({ ...FRUIT, odd: ["x"] });
    source.failures.set("market", new Error("disk on fire"));
    const searcher = home.create(source);
    await until(async () => (await home.search(searcher, "cook plum")).searched === 2);
    const { hits, searched, total } = await home.search(searcher, "cook plum");
    expect(hits[0]?.id).toBe("kitchen__cook_plum");
    expect([searched, total]).toEqual([2, 4]);
    expect(home.lines).toContainEqual(expect.stringContaining("cannot index (disk on fire)"));
  });

  test("for a while is mended by the next search", async () => {
    const source = new ChangingSource(FRUIT);
    source.failures.set("kitchen", new Error("disk on fire"));
    const searcher = home.create(source);
    await home.search(searcher, "cook plum");
    source.failures.clear();
    expect((await home.idsOf(searcher, "cook plum"))[0]).toBe("kitchen__cook_plum");
  });

  test("by a tool that nobody can read costs its server alone", async () => {
    const source = new ChangingSource({ ...FRUIT, broken: ["x"] });
    const [tool] = source.toolsOf("broken");
    if (tool !== undefined) source.setTools("broken", [{ ...tool, json: "{" }]);
    const searcher = home.create(source);
    await until(async () => (await home.search(searcher, "apple")).searched === 3);
    expect((await home.search(searcher, "sell apple")).hits[0]?.id).toBe("market__sell_apple");
  });

  test("in the whole catalog fails the search, and the next one works", async () => {
    const source = new ChangingSource(FRUIT);
    source.failure = new Error("disk on fire");
    const searcher = home.create(source);
    await expect(home.search(searcher, "apple")).rejects.toThrow("disk on fire");
    source.failure = undefined;
    expect((await home.idsOf(searcher, "sell apple"))[0]).toBe("market__sell_apple");
  });

  test("in the background is told", async () => {
    const source = new ChangingSource(FRUIT);
    source.failure = new Error("disk on fire");
    home.create(source).prepare();
    await until(() => home.lines.length > 0);
    expect(home.lines).toEqual(["warn search: disk on fire"]);
  });
});

describe("the end", () => {
  test("waits for what is being written, and leaves the rest", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = home.create(source);
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    source.onAsk = () => resolve();
    searcher.prepare();
    await asked;
    await home.close(searcher);
    expect([...home.storedKeys().keys()]).toEqual(["market"]);
    expect(source.asked).toEqual(["market"]);
    expect(home.lines).toEqual([]);
  });

  test("right after the beginning is quiet", async () => {
    const searcher = home.create(new ChangingSource(FRUIT));
    searcher.prepare();
    await home.close(searcher);
    expect(home.lines).toEqual([]);
  });

  test("before any use does nothing", async () => {
    await home.close(home.create(new ChangingSource(FRUIT)));
    expect(existsSync(home.path)).toBeFalse();
  });

  test("lets a search under way come to its own", async () => {
    const searcher = home.create(new ChangingSource(FRUIT));
    await home.searchAll(searcher, "apple");
    const late = home.search(searcher, "cook plum");
    await home.close(searcher);
    expect((await late).hits[0]?.id).toBe("kitchen__cook_plum");
    expect(home.lines).toEqual([]);
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
        return { embeddings: undefined, reranker: undefined };
      },
      log: home.log,
    });
    searcher.prepare();
    await isOpening;
    const closed = searcher.close();
    give(new SegmentStore(home.path, home.log));
    await closed;
    await Bun.sleep(0);
    expect(opened).toBe(0);
  });
});
