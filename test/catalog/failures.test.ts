import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Catalog } from "../../src/catalog/catalog.ts";
import { fingerprintOf } from "../../src/catalog/fingerprint.ts";
import { inspectCatalogFile } from "../../src/catalog/inspect-file.ts";
import { CatalogRefresh } from "../../src/catalog/refresh.ts";
import { CatalogStore, type FailureRow } from "../../src/catalog/store.ts";
import { McpzipError } from "../../src/core/error.ts";
import { listing, recordLog, serversNamed, stdioServer } from "./examples.ts";
import { ListDesk } from "./list-desk.ts";

const a = stdioServer("a", { env: { API_KEY: "s3cr3t-k3y" } });
const b = stdioServer("b");

let folder: string;
let path: string;
let store: CatalogStore;
let catalog: Catalog;
let desk: ListDesk;
let refresh: CatalogRefresh;
const { log, lines } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-failures-"));
  path = join(folder, "catalog.db");
  store = new CatalogStore(path, log);
  const servers = serversNamed("a", "b");
  catalog = new Catalog(store, { servers, ttlMs: 100, now: () => 1000 });
  desk = new ListDesk();
  refresh = new CatalogRefresh({ catalog, servers, list: desk.list, log, onStored: () => {} });
  lines.length = 0;
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

async function failWith(server: typeof a, error: Error): Promise<void> {
  const done = refresh.refresh(server);
  desk.fail(server.name, error);
  await done;
}

/** What a program of its own finds in the file, while this one has it open. */
function kept(): readonly FailureRow[] {
  const file = inspectCatalogFile(path);
  if (file.kind !== "good") throw new Error(`the catalog is ${file.kind}`);
  return file.failures;
}

describe("a refresh that fails", () => {
  test("leaves its reason on the disk, and the tools as they were", async () => {
    catalog.replace(a, listing("x"));
    const [version, tool] = [catalog.version(), catalog.tool("a__x")];
    await failWith(a, new McpzipError("AUTH_REQUIRED", "sign in", { fix: "mcpzip login a" }));
    const row = { server: "a", fingerprint: fingerprintOf(a), failed_at: 1000 };
    expect(kept()).toEqual([
      { ...row, code: "AUTH_REQUIRED", message: "sign in", fix: "mcpzip login a" },
    ]);
    expect(catalog.version()).toBe(version);
    expect(catalog.tool("a__x")).toBe(tool);
    expect(catalog.isFresh(a)).toBeTrue();
  });

  test("replaces the reason of the one before", async () => {
    await failWith(a, new McpzipError("AUTH_REQUIRED", "sign in", { fix: "mcpzip login a" }));
    await failWith(a, new Error("it broke"));
    expect(kept()).toMatchObject([{ code: "SERVER_ERROR", message: "it broke", fix: null }]);
  });

  test("is forgotten with the next success of that server, and of no other", async () => {
    await failWith(a, new Error("it broke"));
    await failWith(b, new Error("this, too"));
    const done = refresh.refresh(a);
    desk.answer("a", listing("x"));
    await done;
    expect(kept()).toMatchObject([{ server: "b" }]);
  });

  test("is kept when the tools came and could not be stored", async () => {
    const done = refresh.refresh(a);
    desk.answer("a", listing("twice", "twice"));
    await done;
    expect(kept()).toMatchObject([{ server: "a", code: "SERVER_ERROR" }]);
  });

  test("because mcpzip stops is no failure", async () => {
    const done = refresh.refresh(a);
    refresh.stop();
    await done;
    expect(kept()).toEqual([]);
  });

  test("leaves nothing of the server's secrets on the disk", async () => {
    await failWith(a, new Error("401 for s3cr3t-k3y"));
    expect(kept()).toMatchObject([{ message: "401 for …" }]);
  });

  test("whose reason cannot be stored goes on with the other servers", async () => {
    const other = new Database(path);
    other.run("DROP TABLE failures");
    other.close();
    await failWith(a, new Error("it broke"));
    expect(refresh.failureOf("a")).toMatchObject({ message: "it broke" });
    expect(lines).toContainEqual(expect.stringMatching(/^debug catalog: the failure is not kept/));
    const done = refresh.refresh(b);
    desk.fail("b", new Error("this, too"));
    await done;
    expect(refresh.failureOf("b")).toMatchObject({ message: "this, too" });
  });
});
