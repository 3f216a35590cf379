import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Catalog } from "../../src/catalog/catalog.ts";
import { CatalogRefresh } from "../../src/catalog/refresh.ts";
import { CatalogStore } from "../../src/catalog/store.ts";
import { ListDesk } from "./list-desk.ts";
import { listing, recordLog, serversNamed, stdioServer } from "./examples.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"];
const servers = serversNamed(...NAMES);

let folder: string;
let store: CatalogStore;
let catalog: Catalog;
let desk: ListDesk;
let refresh: CatalogRefresh;
const { log, lines } = recordLog();

beforeEach(() => {
  jest.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), "mcpzip-refresh-time-"));
  store = new CatalogStore(join(folder, "catalog.db"), log);
  catalog = new Catalog(store, { servers, ttlMs: 100, now: () => 1000 });
  desk = new ListDesk();
  refresh = new CatalogRefresh({ catalog, servers, list: desk.list, log, onStored: () => {} });
  lines.length = 0;
});

afterEach(() => {
  jest.useRealTimers();
  store.close();
  rmSync(folder, { recursive: true });
});

/** Lets everything happen that waits for nothing but promises. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** Whether a wait is over. */
function watch(wait: Promise<void>): { isOver: boolean } {
  const state = { isOver: false };
  void wait.then(() => (state.isOver = true));
  return state;
}

async function pass(ms: number): Promise<void> {
  await settled();
  jest.advanceTimersByTime(ms);
  await settled();
}

describe("firstTools", () => {
  test("does not wait when nobody is being asked", async () => {
    await refresh.firstTools(4000);
  });

  test("does not wait when the catalog has tools already", async () => {
    catalog.replace(stdioServer("a"), listing("x"));
    void refresh.refresh(stdioServer("b"));
    await refresh.firstTools(4000);
  });

  test("waits for the first answer, and a second for the others to join", async () => {
    refresh.start();
    const wait = watch(refresh.firstTools(4000));
    await pass(500);
    desk.answer("a", listing("x"));
    await pass(999);
    expect(wait.isOver).toBeFalse();
    await pass(1);
    expect(wait.isOver).toBeTrue();
  });

  test("ends at once when everybody has answered or failed", async () => {
    refresh.start();
    const wait = watch(refresh.firstTools(4000));
    await settled();
    for (const name of NAMES.slice(0, 4)) desk.answer(name, listing("x"));
    await settled();
    expect(wait.isOver).toBeFalse();
    for (const name of NAMES.slice(4)) desk.fail(name, new Error("no"));
    await settled();
    expect(wait.isOver).toBeTrue();
  });

  test("ends when all fail", async () => {
    void refresh.refresh(stdioServer("a"));
    const wait = watch(refresh.firstTools(4000));
    desk.fail("a", new Error("no"));
    await settled();
    expect(wait.isOver).toBeTrue();
  });

  test("ends when its time is over, if nobody answers", async () => {
    refresh.start();
    const wait = watch(refresh.firstTools(4000));
    await pass(3999);
    expect(wait.isOver).toBeFalse();
    await pass(1);
    expect(wait.isOver).toBeTrue();
  });

  test("ends when its time is over, even if the first answer came just before", async () => {
    refresh.start();
    const wait = watch(refresh.firstTools(4000));
    await pass(3900);
    desk.answer("a", listing("x"));
    await pass(100);
    expect(wait.isOver).toBeTrue();
  });

  test("leaves no timer behind", async () => {
    refresh.start();
    const timers = jest.getTimerCount();
    const wait = refresh.firstTools(4000);
    await settled();
    expect(jest.getTimerCount()).toBe(timers + 1);
    for (const name of NAMES.slice(0, 4)) desk.answer(name, listing("x"));
    await settled();
    for (const name of NAMES.slice(4)) desk.answer(name, listing("x"));
    await wait;
    // Those of the servers' own deadlines, two of which were asked later.
    expect(jest.getTimerCount()).toBeLessThanOrEqual(timers + 2);
  });
});

test("a server that does not list its tools in 30 seconds has failed", async () => {
  const done = refresh.refresh(stdioServer("a"));
  await pass(29_999);
  expect(refresh.isRunning("a")).toBeTrue();
  await pass(1);
  await done;
  expect(refresh.failureOf("a")).toBeDefined();
  expect(refresh.isRunning("a")).toBeFalse();
});

describe("stop", () => {
  test("ends every refresh, waiting or under way, and stores and logs nothing more", async () => {
    const waits = [...servers.values()].map((server) => refresh.refresh(server));
    refresh.stop();
    await Promise.all(waits);
    expect(desk.asked).toEqual(["a", "b", "c", "d"]);
    expect(catalog.servers().size).toBe(0);
    expect(lines).toEqual([]);
  });

  test("drops an answer that comes too late", async () => {
    void refresh.refresh(stdioServer("a"));
    desk.answer("a", listing("x"));
    refresh.stop();
    await settled();
    expect(catalog.servers().size).toBe(0);
    expect(lines).toEqual([]);
  });

  test("is for good: no server is asked afterwards", async () => {
    void refresh.refresh(stdioServer("a"));
    refresh.toolsChanged(stdioServer("a"));
    refresh.stop();
    await settled();
    refresh.toolsChanged(stdioServer("b"));
    refresh.refreshIfStale(stdioServer("c"));
    await settled();
    expect(desk.asked).toEqual(["a"]);
  });

  test("ends the wait for the first tools", async () => {
    refresh.start();
    const wait = watch(refresh.firstTools(4000));
    refresh.stop();
    await settled();
    expect(wait.isOver).toBeTrue();
  });
});
