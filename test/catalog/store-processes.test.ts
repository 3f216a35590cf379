import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CatalogStore } from "../../src/catalog/store.ts";
import { listing, recordLog } from "./examples.ts";

const NAMES = ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"];

let folder: string;
let path: string;
const children: Bun.Subprocess[] = [];
const { log, lines } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-processes-"));
  path = join(folder, "catalog.db");
  lines.length = 0;
});

afterEach(async () => {
  for (const child of children) child.kill();
  await Promise.all(children.splice(0).map((child) => child.exited));
  rmSync(folder, { recursive: true });
});

/** Starts a script of this folder, and waits until it says that it is ready. */
async function start(script: string, argument: string) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, script), argument], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  children.push(child);
  const said = child.stdout.getReader();
  const nextWord = async () =>
    Buffer.from((await said.read()).value ?? [])
      .toString()
      .trim();
  expect(await nextWord()).toBe("ready");
  return { child, nextWord };
}

function put(store: CatalogStore, name: string): void {
  store.replaceServer(name, { fingerprint: "f", at: 1, listing: listing("tool") });
}

describe("eight processes that write at once", () => {
  test("into a catalog that does not exist yet lose nothing", async () => {
    const writers = await Promise.all(NAMES.map((name) => start("store-writer.ts", name)));
    const files = Array.from({ length: 25 }, (_, at) => join(folder, `${at}`, "catalog.db"));
    for (const file of files) {
      for (const { child } of writers) child.stdin.write(`${file}\n`);
      const words = await Promise.all(writers.map(({ nextWord }) => nextWord()));
      expect(words).toEqual(NAMES.map(() => "done"));
    }
    for (const { child } of writers) void child.stdin.end();
    const warnings = await Promise.all(
      writers.map(({ child }) => new Response(child.stderr).text()),
    );
    expect(warnings.join("")).toBe("");
    for (const file of files) expectWhole(file);
  });
});

function expectWhole(file: string): void {
  const store = new CatalogStore(file, log);
  const stored = Object.fromEntries(
    store.servers().map(({ name }) => [name, store.toolNames(name)]),
  );
  store.close();
  expect(stored).toEqual(
    Object.fromEntries(NAMES.map((name) => [name, [`${name}_one`, `${name}_two`]])),
  );
  expect(readdirSync(join(file, ".."))).toEqual(["catalog.db"]);
}

describe("a file that another process holds", () => {
  test("is set aside when it cannot even be read, and left to its holder", async () => {
    new Database(path, { create: true }).close();
    const { child: holder } = await start("lock-holder.ts", path);
    const store = new CatalogStore(path, log);
    put(store, "a");
    expect(store.toolNames("a")).toEqual(["tool"]);
    expect(lines).toEqual([expect.stringMatching(/^warn catalog: .*locked.*built anew$/)]);
    expect(readdirSync(folder).filter((name) => name.includes(".aside-"))).toHaveLength(1);
    await holder.stdin.end();
    expect(await holder.exited).toBe(0);
    expect(store.toolNames("a")).toEqual(["tool"]);
    store.close();
  });

  test("is read as it was while the other one writes, and written afterwards", async () => {
    const store = new CatalogStore(path, log);
    put(store, "a");
    const { child: holder } = await start("lock-holder.ts", path);
    const reader = new CatalogStore(path, log);
    expect(reader.toolNames("a")).toEqual(["tool"]);
    expect(() => put(reader, "b")).toThrow("locked");
    await holder.stdin.end();
    await holder.exited;
    put(reader, "b");
    expect(store.toolNames("b")).toEqual(["tool"]);
    expect(lines).toEqual([]);
    store.close();
    reader.close();
  });
});
