import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CatalogStore } from "../../src/catalog/store.ts";
import type { ServerListing } from "../../src/core/tool.ts";
import { listing, recordLog } from "./examples.ts";

let folder: string;
let path: string;
const open: CatalogStore[] = [];
const { log, lines } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-store-"));
  path = join(folder, "cache", "catalog.db");
  lines.length = 0;
});

afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(folder, { recursive: true });
  expect(lines).toEqual([]);
});

function openStore(): CatalogStore {
  const store = new CatalogStore(path, log);
  open.push(store);
  return store;
}

function put(store: CatalogStore, name: string, listed: ServerListing, at = 1000): void {
  store.replaceServer(name, { fingerprint: `print of ${name}`, at, listing: listed });
}

describe("a store", () => {
  test("starts empty", () => {
    const store = openStore();
    expect(store.servers()).toEqual([]);
    expect(store.all()).toEqual({ servers: [], tools: [] });
    expect(store.toolNames("github")).toEqual([]);
    expect(store.tool("github", "create_issue")).toBeUndefined();
  });

  test("keeps a server's tools in the server's order, for the next process too", () => {
    put(openStore(), "github", listing("zebra", "apple", "mango"));
    const store = openStore();
    expect(store.toolNames("github")).toEqual(["zebra", "apple", "mango"]);
    expect(store.all().tools.map(({ name }) => name)).toEqual(["zebra", "apple", "mango"]);
    expect(store.servers()).toEqual([
      {
        name: "github",
        fingerprint: "print of github",
        refreshed_at: 1000,
        tools_hash: expect.stringMatching(/^[0-9a-f]{32}$/),
        tool_count: 3,
        title: null,
        instructions: null,
      },
    ]);
  });

  test("keeps a tool's JSON to the byte", () => {
    const json =
      '{ "name":"x",\t"n":12345678901234567890,"text":"漢\\u0000😀\'; DROP TABLE tools" }';
    const store = openStore();
    put(store, "a'b", { tools: [{ name: "x", json }] });
    expect(store.tool("a'b", "x")).toEqual({ server: "a'b", name: "x", json });
  });

  test("keeps title and instructions", () => {
    const store = openStore();
    put(store, "a", { tools: [], serverTitle: "A", instructions: "Be kind.\nAlways." });
    expect(store.servers()).toMatchObject([{ title: "A", instructions: "Be kind.\nAlways." }]);
  });

  test("replaces everything known of one server and nothing of another", () => {
    const store = openStore();
    put(store, "a", { ...listing("old", "kept"), serverTitle: "A" });
    put(store, "b", listing("other"));
    put(store, "a", listing("kept", "new"), 2000);
    expect(store.toolNames("a")).toEqual(["kept", "new"]);
    expect(store.toolNames("b")).toEqual(["other"]);
    expect(store.tool("a", "old")).toBeUndefined();
    expect(store.servers().find(({ name }) => name === "a")).toMatchObject({
      refreshed_at: 2000,
      tool_count: 2,
      title: null,
    });
  });

  test("a listing that cannot be stored leaves the old one whole", () => {
    const store = openStore();
    put(store, "a", listing("old"));
    expect(() => put(store, "a", listing("twice", "twice"))).toThrow();
    expect(store.toolNames("a")).toEqual(["old"]);
    expect(store.servers()).toMatchObject([{ tool_count: 1, refreshed_at: 1000 }]);
  });

  test("a server without tools is a server", () => {
    const store = openStore();
    put(store, "a", listing());
    expect(store.servers()).toMatchObject([{ name: "a", tool_count: 0 }]);
  });

  test("equal tools have equal hashes, other tools or another order others", () => {
    const store = openStore();
    const hashOf = (listed: ServerListing) => {
      put(store, "a", listed);
      return store.servers()[0]?.tools_hash;
    };
    const first = hashOf(listing("x", "y"));
    expect(hashOf({ ...listing("x", "y"), instructions: "new" })).toBe(first);
    expect(hashOf(listing("y", "x"))).not.toBe(first);
    expect(hashOf(listing("x"))).not.toBe(first);
  });

  test("thousands of tools are stored", () => {
    const names = Array.from({ length: 5000 }, (_, at) => `tool_${at}`);
    const store = openStore();
    put(store, "a", listing(...names));
    expect(store.toolNames("a")).toEqual(names);
  });
});

describe("two stores on one file", () => {
  test("see what the other has written, and that it has", () => {
    const [one, two] = [openStore(), openStore()];
    const before = two.dataVersion();
    expect(two.dataVersion()).toBe(before);
    put(one, "a", listing("x"));
    expect(two.dataVersion()).not.toBe(before);
    expect(two.toolNames("a")).toEqual(["x"]);
  });
});

describe.skipIf(process.platform === "win32")("on the disk", () => {
  test("file, journal and folder are their owner's alone", () => {
    const umask = process.umask(0);
    try {
      put(openStore(), "a", listing("x"));
    } finally {
      process.umask(umask);
    }
    const modes = ["", "-wal", "-shm"].map((suffix) => statSync(`${path}${suffix}`).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    expect(statSync(join(folder, "cache")).mode & 0o777).toBe(0o700);
  });
});
