import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { loadVectorsVersion } from "../../src/search/word-vectors-file.ts";
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

describe("the index on the disk", () => {
  test("spares another process the work", async () => {
    await home.index(new ChangingSource(FRUIT));
    const source = new ChangingSource(FRUIT);
    expect((await home.idsOf(home.create(source), "cook plum"))[0]).toBe("kitchen__cook_plum");
    expect(source.asked).toEqual([]);
    expect(home.lines).toEqual([]);
  });

  test("spares it for the servers that have not changed", async () => {
    await home.index(new ChangingSource(FRUIT));
    const source = new ChangingSource({ ...FRUIT, kitchen: ["bake_cake"], garage: ["fix_car"] });
    await home.searchAll(home.create(source), "cake");
    expect(source.asked.toSorted()).toEqual(["garage", "kitchen"]);
  });

  test("is not so much as read where all of it is there and nobody searches", async () => {
    await home.index(new ChangingSource(FRUIT));
    // What cannot be read would be told.
    using database = new Database(home.path);
    database.run("UPDATE segments SET checksum = 0");
    const source = new ChangingSource(FRUIT);
    const searcher = home.create(source);
    searcher.prepare();
    await home.close(searcher);
    expect(home.lines).toEqual([]);
    expect(source.asked).toEqual([]);
  });

  test("is made in the background where it is missing", async () => {
    const source = new ChangingSource(FRUIT);
    const searcher = home.create(source);
    searcher.prepare();
    await until(() => existsSync(home.path) && source.asked.length === 2);
    await home.close(searcher);
    expect([...home.storedKeys().keys()].toSorted()).toEqual(["kitchen", "market"]);
  });

  test("of other word vectors is not used", async () => {
    await home.index(new ChangingSource(FRUIT));
    const version = await loadVectorsVersion();
    for (const key of home.storedKeys().values()) expect(key.split(".")).toContain(version);
    using database = new Database(home.path);
    database.run("UPDATE segments SET key = replace(key, ?, 'other')", [version]);
    const source = new ChangingSource(FRUIT);
    expect((await home.idsOf(home.create(source), "cook plum"))[0]).toBe("kitchen__cook_plum");
    expect(source.asked.toSorted()).toEqual(["kitchen", "market"]);
  });

  test("that is damaged for one server is made anew for that one", async () => {
    await home.index(new ChangingSource(FRUIT));
    using database = new Database(home.path);
    database.run("UPDATE segments SET words = replace(words, 'plum', 'plun')");
    const source = new ChangingSource(FRUIT);
    expect((await home.idsOf(home.create(source), "cook plum"))[0]).toBe("kitchen__cook_plum");
    expect(source.asked).toEqual(["kitchen"]);
    expect(home.lines).toEqual([expect.stringContaining("the index of kitchen is damaged")]);
  });

  test("that is no database is set aside and made anew", async () => {
    writeFileSync(home.path, "no database, whatever its name says ".repeat(200));
    expect((await home.idsOf(home.create(new ChangingSource(FRUIT)), "cook plum"))[0]).toBe(
      "kitchen__cook_plum",
    );
    expect(home.lines).toEqual([expect.stringContaining("it is built anew")]);
  });

  test("serves two that search at the same time", async () => {
    const sources = [new ChangingSource(FRUIT), new ChangingSource(FRUIT)];
    const found = await Promise.all(
      sources.map((source) => home.idsOf(home.create(source), "cook plum")),
    );
    expect(found.map(([first]) => first)).toEqual(["kitchen__cook_plum", "kitchen__cook_plum"]);
    expect(home.storedKeys().size).toBe(2);
    expect(home.lines).toEqual([]);
  });
});
