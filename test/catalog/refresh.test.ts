import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Catalog } from "../../src/catalog/catalog.ts";
import { CatalogRefresh, type RefreshOptions } from "../../src/catalog/refresh.ts";
import { CatalogStore } from "../../src/catalog/store.ts";
import { McpzipError } from "../../src/core/error.ts";
import { ListDesk } from "./list-desk.ts";
import { listing, recordLog, serversNamed, stdioServer } from "./examples.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"];
const a = stdioServer("a");

let folder: string;
let store: CatalogStore;
let catalog: Catalog;
let desk: ListDesk;
let stored: number;
let now: number;
const { log, lines } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-refresh-"));
  store = new CatalogStore(join(folder, "catalog.db"), log);
  now = 1000;
  catalog = new Catalog(store, { servers: serversNamed(...NAMES), ttlMs: 100, now: () => now });
  desk = new ListDesk();
  stored = 0;
  lines.length = 0;
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

function createRefresh(options: Partial<RefreshOptions> = {}): CatalogRefresh {
  return new CatalogRefresh({
    catalog,
    servers: serversNamed(...NAMES),
    list: desk.list,
    log,
    onStored: () => stored++,
    ...options,
  });
}

describe("refresh", () => {
  test("stores what the server lists, and says so", async () => {
    const refresh = createRefresh();
    const done = refresh.refresh(a);
    expect(refresh.isRunning("a")).toBeTrue();
    desk.answer("a", listing("x", "y"));
    await done;
    expect(refresh.isRunning("a")).toBeFalse();
    expect(catalog.toolNames("a")).toEqual(["a__x", "a__y"]);
    expect(stored).toBe(1);
    expect(lines).toEqual(["info catalog: a has 2 tools"]);
  });

  test("joins one that is under way", async () => {
    const refresh = createRefresh();
    const both = [refresh.refresh(a), refresh.refresh(a)];
    desk.answer("a", listing("x"));
    await Promise.all(both);
    expect(desk.asked).toEqual(["a"]);
  });

  test("asks four servers at a time, and all in the end", async () => {
    const refresh = createRefresh();
    const all = Promise.all(
      [...serversNamed(...NAMES).values()].map((each) => refresh.refresh(each)),
    );
    expect(desk.asked).toEqual(["a", "b", "c", "d"]);
    desk.answer("c", listing("x"));
    await desk.untilAsked("e");
    expect(desk.asked).toEqual(["a", "b", "c", "d", "e"]);
    desk.fail("a", new Error("no"));
    await desk.untilAsked("f");
    for (const name of ["b", "d", "e", "f"]) desk.answer(name, listing("x"));
    await all;
    expect(desk.mostAtOnce).toBe(4);
    expect([...catalog.servers().keys()]).toEqual(["b", "c", "d", "e", "f"]);
  });
});

describe("start", () => {
  test("asks the servers whose entry is missing, too old, or of another configuration", () => {
    catalog.replace(stdioServer("a"), listing("x"));
    now += 150;
    catalog.replace(stdioServer("b"), listing("x"));
    catalog.replace(stdioServer("c", { args: ["changed"] }), listing("x"));
    createRefresh({ servers: serversNamed("a", "b", "c", "d") }).start();
    expect(desk.asked).toEqual(["a", "c", "d"]);
  });
});

describe("a server that fails", () => {
  test("keeps its old tools, and the failure is told", async () => {
    catalog.replace(a, listing("old"));
    const refresh = createRefresh();
    const done = refresh.refresh(a);
    desk.fail("a", new Error("it broke"));
    await done;
    expect(catalog.toolNames("a")).toEqual(["a__old"]);
    expect(stored).toBe(0);
    expect(refresh.failureOf("a")).toMatchObject({
      code: "SERVER_ERROR",
      message: "it broke",
      server: "a",
    });
    expect(lines).toEqual(["warn catalog: a was not refreshed: it broke"]);
  });

  test("with an error of ours keeps it", async () => {
    const refresh = createRefresh();
    const error = new McpzipError("AUTH_REQUIRED", "sign in", { server: "a" });
    const done = refresh.refresh(a);
    desk.fail("a", error);
    await done;
    expect(refresh.failureOf("a")).toBe(error);
  });

  test("is forgiven when it answers again", async () => {
    const refresh = createRefresh();
    const failed = refresh.refresh(a);
    desk.fail("a", new Error("it broke"));
    await failed;
    const done = refresh.refresh(a);
    desk.answer("a", listing("x"));
    await done;
    expect(refresh.failureOf("a")).toBeUndefined();
  });

  test("does not keep another from being stored", async () => {
    const refresh = createRefresh();
    const both = [refresh.refresh(a), refresh.refresh(stdioServer("b"))];
    desk.fail("a", new Error("it broke"));
    desk.answer("b", listing("x"));
    await Promise.all(both);
    expect(catalog.toolNames("b")).toEqual(["b__x"]);
  });

  test("whose tools cannot be stored counts as failed", async () => {
    const refresh = createRefresh();
    const done = refresh.refresh(a);
    desk.answer("a", listing("twice", "twice"));
    await done;
    expect(refresh.failureOf("a")).toBeDefined();
    expect(catalog.servers().size).toBe(0);
  });
});

describe("toolsChanged", () => {
  test("asks at once when the server is not being asked", async () => {
    const refresh = createRefresh();
    refresh.toolsChanged(a);
    expect(desk.asked).toEqual(["a"]);
  });

  test("during a run asks once more after it, however often it is said", async () => {
    const refresh = createRefresh();
    const first = refresh.refresh(a);
    refresh.toolsChanged(a);
    refresh.toolsChanged(a);
    desk.answer("a", listing("old"));
    await first;
    await desk.untilAsked("a", 2);
    desk.answer("a", listing("new"));
    await refresh.refresh(a);
    expect(catalog.toolNames("a")).toEqual(["a__new"]);
    expect(desk.asked).toEqual(["a", "a"]);
  });
});

describe("reconfigure", () => {
  const changed = stdioServer("a", { args: ["changed"] });

  test("asks servers that are new or changed, and no others", async () => {
    for (const server of [a, stdioServer("b")]) catalog.replace(server, listing("x"));
    const refresh = createRefresh({ servers: serversNamed("a", "b") });
    refresh.reconfigure(new Map([...serversNamed("b", "c"), ["a", changed]]));
    expect(desk.asked.toSorted()).toEqual(["a", "c"]);
  });

  test("does not ask a server that is back and whose tools are known", () => {
    catalog.replace(a, listing("x"));
    createRefresh({ servers: new Map() }).reconfigure(serversNamed("a"));
    expect(desk.asked).toEqual([]);
  });

  test("drops what a server said that has changed meanwhile, and waits for the new one", async () => {
    const refresh = createRefresh({ servers: serversNamed("a") });
    const done = refresh.refresh(a);
    refresh.reconfigure(new Map([["a", changed]]));
    await desk.untilAsked("a", 2);
    expect(refresh.isRunning("a")).toBe(true);
    desk.answer("a", listing("new"));
    await done;
    expect(catalog.toolNames("a")).toEqual(["a__new"]);
    expect(catalog.isFresh(changed)).toBe(true);
    expect(refresh.isRunning("a")).toBe(false);
    expect(lines).toEqual(["info catalog: a has 1 tools"]);
  });

  test("gives up a server that is gone, and forgets that it failed", async () => {
    const refresh = createRefresh({ servers: serversNamed("a", "b") });
    const failed = refresh.refresh(a);
    desk.fail("a", new Error("it broke"));
    await failed;
    const other = refresh.refresh(stdioServer("b"));
    refresh.reconfigure(new Map());
    await other;
    expect(refresh.failureOf("a")).toBeUndefined();
    expect(refresh.failureOf("b")).toBeUndefined();
    expect(refresh.isRunning("b")).toBe(false);
    expect(stored).toBe(0);
  });

  test("lets one that waits for its turn be asked as it is now", async () => {
    const refresh = createRefresh({ servers: serversNamed(...NAMES) });
    refresh.start();
    const last = refresh.refresh(stdioServer("f"));
    const changedLast = stdioServer("f", { args: ["changed"] });
    refresh.reconfigure(new Map([...serversNamed(...NAMES), ["f", changedLast]]));
    for (const name of ["a", "b", "c", "d"]) desk.answer(name, listing("x"));
    await desk.untilAsked("f");
    desk.answer("f", listing("x"));
    await last;
    expect(desk.asked.filter((name) => name === "f")).toHaveLength(1);
    expect(catalog.isFresh(changedLast)).toBe(true);
  });
});

test("says that a server took too long, not that its call was cancelled", async () => {
  const refresh = createRefresh({ serverTimeoutMs: 10 });
  await refresh.refresh(stdioServer("a"));
  expect(refresh.failureOf("a")).toMatchObject({
    code: "CALL_TIMEOUT",
    message: 'server "a" did not answer in time',
    why: "it has not listed its tools within 0.01 s",
  });
});
