import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Catalog, type CatalogOptions } from "../../src/catalog/catalog.ts";
import { CatalogStore } from "../../src/catalog/store.ts";
import type { CatalogTool } from "../../src/core/tool.ts";
import { listing, recordLog, serversNamed, stdioServer } from "./examples.ts";

const TTL_MS = 1000;
const github = stdioServer("github");
const slack = stdioServer("slack");

let folder: string;
let path: string;
let now: number;
const open: CatalogStore[] = [];
const { log } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-catalog-"));
  path = join(folder, "catalog.db");
  now = 1_000_000;
});

afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(folder, { recursive: true });
});

/** A catalog as a process of its own would have it: with its own connection to the file. */
function openCatalog(options: Partial<CatalogOptions> = {}): Catalog {
  const store = new CatalogStore(path, log);
  open.push(store);
  const servers = serversNamed("github", "slack");
  return new Catalog(store, { servers, ttlMs: TTL_MS, now: () => now, ...options });
}

describe("a catalog", () => {
  test("starts empty", () => {
    const catalog = openCatalog();
    expect(catalog.servers().size).toBe(0);
    expect(catalog.snapshot()).toEqual({ version: catalog.version(), tools: [] });
  });

  test("shows what has been put in, servers in the order of the config", () => {
    const catalog = openCatalog({ servers: serversNamed("slack", "github") });
    catalog.replace(github, { ...listing("create_issue"), serverTitle: "GitHub" });
    catalog.replace(slack, { ...listing("post", "list"), instructions: "Be brief." });
    expect([...catalog.servers().values()]).toEqual([
      {
        name: "slack",
        toolCount: 2,
        toolsHash: expect.any(String),
        refreshedAt: now,
        title: undefined,
        instructions: "Be brief.",
      },
      {
        name: "github",
        toolCount: 1,
        toolsHash: expect.any(String),
        refreshedAt: now,
        title: "GitHub",
        instructions: undefined,
      },
    ]);
    expect(catalog.toolNames("slack")).toEqual(["slack__post", "slack__list"]);
  });

  test("finds a tool by its qualified name, separators in its own name included", () => {
    const catalog = openCatalog();
    catalog.replace(github, listing("create__issue", "_private"));
    expect(catalog.tool("github__create__issue")).toEqual({
      qualifiedName: "github__create__issue",
      server: "github",
      name: "create__issue",
      json: '{"name":"create__issue"}',
    });
    expect(catalog.tool("github___private")?.name).toBe("_private");
  });

  test.each(["", "github", "github__", "__create_issue", "github__missing", "other__create_issue"])(
    "has no tool %j",
    (name) => {
      const catalog = openCatalog();
      catalog.replace(github, listing("create_issue"));
      expect(catalog.tool(name)).toBeUndefined();
    },
  );

  test("hides servers that are not in the config", () => {
    const everything = openCatalog();
    everything.replace(github, listing("create_issue"));
    everything.replace(slack, listing("post"));
    const catalog = openCatalog({ servers: serversNamed("slack") });
    expect([...catalog.servers().keys()]).toEqual(["slack"]);
    expect(catalog.snapshot().tools.map(({ qualifiedName }) => qualifiedName)).toEqual([
      "slack__post",
    ]);
    expect(catalog.tool("github__create_issue")).toBeUndefined();
    expect(catalog.snapshot().version).toBe(catalog.version());
    expect(catalog.version()).not.toBe(everything.version());
  });
});

describe("two processes", () => {
  test("each show what the other has written", () => {
    const [one, two] = [openCatalog(), openCatalog()];
    expect(two.servers().size).toBe(0);
    one.replace(github, listing("create_issue"));
    expect(two.servers().get("github")?.toolCount).toBe(1);
    expect(two.isFresh(github)).toBeTrue();
    two.replace(slack, listing("post"));
    expect([...one.servers().keys()]).toEqual(["github", "slack"]);
    expect(one.snapshot()).toEqual(two.snapshot());
  });
});

function toolOf(catalog: Catalog): CatalogTool | undefined {
  return catalog.tool("github__create_issue");
}

describe("a tool that is asked for again", () => {
  const changed = {
    tools: [{ name: "create_issue", json: '{"name":"create_issue","title":"New"}' }],
  };

  test("is the same object while its file is unchanged", () => {
    const catalog = openCatalog();
    catalog.replace(github, listing("create_issue"));
    const first = toolOf(catalog);
    now += 60_000;
    expect(toolOf(catalog)).toBe(first);
  });

  test("is the new one at once when this process has stored it", () => {
    const catalog = openCatalog();
    catalog.replace(github, listing("create_issue"));
    toolOf(catalog);
    catalog.replace(github, changed);
    expect(toolOf(catalog)?.json).toContain("New");
  });

  test.each([250, -1])("is the new one %d ms after another process has stored it", (laterMs) => {
    const [one, two] = [openCatalog(), openCatalog()];
    one.replace(github, listing("create_issue"));
    toolOf(two);
    one.replace(github, changed);
    now += laterMs;
    expect(toolOf(two)?.json).toContain("New");
  });

  test("is not missed because it was missing a moment ago", () => {
    const [one, two] = [openCatalog(), openCatalog()];
    expect(toolOf(two)).toBeUndefined();
    one.replace(github, listing("create_issue"));
    expect(toolOf(two)).toBeDefined();
  });

  test("is remembered among more tools than are kept in memory", () => {
    const names = Array.from({ length: 250 }, (_, at) => `tool_${at}`);
    const catalog = openCatalog();
    catalog.replace(github, listing(...names));
    for (const name of [...names, ...names]) {
      expect(catalog.tool(`github__${name}`)?.name).toBe(name);
    }
  });
});

describe("the version", () => {
  test("is equal for equal tools, whenever and in whatever order they came", () => {
    const one = openCatalog();
    one.replace(github, listing("create_issue"));
    one.replace(slack, listing("post"));
    const version = one.version();
    now += 5000;
    one.replace(slack, { ...listing("post"), instructions: "new" });
    one.replace({ ...github, args: ["changed"] }, listing("create_issue"));
    expect(one.version()).toBe(version);
  });

  test("differs when a tool changes, goes, or moves to another server", () => {
    const catalog = openCatalog();
    const versions = [catalog.version()];
    const record = () => versions.push(catalog.version());
    catalog.replace(github, listing("a", "b"));
    record();
    catalog.replace(github, { tools: [{ name: "a", json: '{"name":"a","description":"x"}' }] });
    record();
    catalog.replace(github, listing("a"));
    record();
    catalog.replace(github, listing());
    catalog.replace(slack, listing("a"));
    record();
    expect(new Set(versions).size).toBe(versions.length);
  });

  test("is the version of the snapshot", () => {
    const catalog = openCatalog();
    catalog.replace(github, listing("a", "b"));
    expect(catalog.snapshot().version).toBe(catalog.version());
  });
});

function hashOf(catalog: Catalog): string | undefined {
  return catalog.servers().get("github")?.toolsHash;
}

describe("the hash of a server's tools", () => {
  test("is equal for equal tools, whenever they came and whatever else a server says", () => {
    const catalog = openCatalog();
    catalog.replace(github, listing("a", "b"));
    const hash = hashOf(catalog);
    now += 5000;
    catalog.replace(github, { ...listing("a", "b"), instructions: "new", serverTitle: "New" });
    expect(hashOf(catalog)).toBe(hash ?? "");
    catalog.replace(slack, listing("c"));
    expect(hashOf(catalog)).toBe(hash ?? "");
  });

  test("differs when a tool comes, goes or changes", () => {
    const catalog = openCatalog();
    const hashes = [
      listing(),
      listing("a"),
      listing("a", "b"),
      { tools: [{ name: "a", json: '{"name":"a","description":"x"}' }] },
    ].map((tools) => {
      catalog.replace(github, tools);
      return hashOf(catalog);
    });
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe("an entry is fresh", () => {
  test("until its time to live has passed", () => {
    const catalog = openCatalog();
    expect(catalog.isFresh(github)).toBeFalse();
    catalog.replace(github, listing("a"));
    expect(catalog.isFresh(github)).toBeTrue();
    now += TTL_MS - 1;
    expect(catalog.isFresh(github)).toBeTrue();
    now += 1;
    expect(catalog.isFresh(github)).toBeFalse();
  });

  test("never, when the time to live is 0", () => {
    const catalog = openCatalog({ ttlMs: 0 });
    catalog.replace(github, listing("a"));
    expect(catalog.isFresh(github)).toBeFalse();
  });

  test("not when the clock has gone back behind it", () => {
    const catalog = openCatalog();
    catalog.replace(github, listing("a"));
    now -= 1;
    expect(catalog.isFresh(github)).toBeFalse();
  });

  test("not when the server's configuration has changed", () => {
    const catalog = openCatalog();
    catalog.replace(github, listing("a"));
    expect(catalog.isFresh({ ...github, args: ["other"] })).toBeFalse();
    expect(catalog.isFresh({ ...github, callTimeoutMs: 5 })).toBeTrue();
  });
});

test("after damage to its file a server is asked for its tools again", () => {
  const names = Array.from({ length: 2000 }, (_, at) => `tool_${at}`);
  openCatalog().replace(github, listing(...names));
  for (const store of open.splice(0)) store.close();
  const catalog = openCatalog();
  expect(catalog.isFresh(github)).toBeTrue();
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(statSync(path).size - 8192, 0xa5), 0, undefined, 8192);
  closeSync(file);
  expect(catalog.snapshot().tools).toEqual([]);
  expect(catalog.isFresh(github)).toBeFalse();
  expect(catalog.servers().size).toBe(0);
  expect(catalog.snapshot().version).toBe(catalog.version());
});

test("after a change of the config only servers that are in use are shown, at once", () => {
  const catalog = openCatalog();
  catalog.replace(github, listing("create_issue"));
  catalog.replace(slack, listing("post"));
  expect(catalog.tool("slack__post")?.name).toBe("post");
  const before = catalog.version();
  catalog.reconfigure({ servers: serversNamed("github"), ttlMs: TTL_MS });
  expect([...catalog.servers().keys()]).toEqual(["github"]);
  expect(catalog.tool("slack__post")).toBeUndefined();
  expect(catalog.snapshot().tools.map(({ name }) => name)).toEqual(["create_issue"]);
  expect(catalog.version()).not.toBe(before);
  catalog.reconfigure({ servers: serversNamed("slack", "github"), ttlMs: TTL_MS });
  expect(catalog.tool("slack__post")?.name).toBe("post");
  expect(catalog.version()).toBe(before);
});
