import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IndexFile } from "../../src/search/index-file.ts";
import type { SavedIndex } from "../../src/search/saved-index.ts";
import { recordLog } from "../catalog/examples.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-index-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Any JSON will do: the file does not look into it. */
const INDEX = { docs: { a: 1 } } as unknown as SavedIndex;

function createFile(path = join(folder, "cache", "index.json")) {
  const { log, lines } = recordLog();
  return { path, lines, file: new IndexFile(path, log) };
}

test("gives back what was saved for the same version", async () => {
  const { file, lines } = createFile();
  await file.save("v1", INDEX);
  expect(await file.load("v1")).toEqual(INDEX);
  expect(lines).toEqual([]);
});

test("gives nothing for another version, silently", async () => {
  const { file, lines } = createFile();
  await file.save("v1", INDEX);
  expect(await file.load("v2")).toBeUndefined();
  expect(lines).toEqual([]);
});

test("knows without reading it whether it holds a version", async () => {
  const { file, path } = createFile();
  expect(await file.has("v1")).toBe(false);
  await file.save("v1", INDEX);
  expect(await file.has("v1")).toBe(true);
  expect(await file.has("v2")).toBe(false);
  expect(await file.has("v")).toBe(false);
  writeFileSync(path, '{"format":');
  expect(await file.has("v1")).toBe(false);
});

test("gives nothing when there is no file, silently", async () => {
  const { file, lines } = createFile();
  expect(await file.load("v1")).toBeUndefined();
  expect(lines).toEqual([]);
});

test("the last one saved is the one", async () => {
  const { file } = createFile();
  await file.save("v1", INDEX);
  await file.save("v2", INDEX);
  expect(await file.load("v1")).toBeUndefined();
  expect(await file.load("v2")).toEqual(INDEX);
});

test("is written for its owner alone, and leaves no other file", async () => {
  const { file, path } = createFile();
  await file.save("v1", INDEX);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, "cache")).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(folder, "cache"))).toEqual(["index.json"]);
});

describe("a file that is of no use", () => {
  test("of an older format gives nothing, silently", async () => {
    const { file, path, lines } = createFile();
    await file.save("v1", INDEX);
    const saved = await Bun.file(path).json();
    writeFileSync(path, JSON.stringify({ ...saved, format: saved.format - 1 }));
    expect(await file.load("v1")).toBeUndefined();
    expect(lines).toEqual([]);
  });

  test.each([
    ["of no format", '{"version":"v1","index":{}}'],
    ["a list", "[]"],
    ["null", "null"],
  ])("%s gives nothing, silently", async (_, content) => {
    const { file, path, lines } = createFile(join(folder, "index.json"));
    writeFileSync(path, content);
    expect(await file.load("v1")).toBeUndefined();
    expect(lines).toEqual([]);
  });

  test.each([
    ["cut off", '{"format":1,"version":"v1","ind'],
    ["empty", ""],
    ["garbage", "\u0000\u0001\u0002"],
  ])("%s gives nothing and is told", async (_, content) => {
    const { file, path, lines } = createFile(join(folder, "index.json"));
    writeFileSync(path, content);
    expect(await file.load("v1")).toBeUndefined();
    expect(lines).toEqual([expect.stringContaining(`warn search: ${path} cannot be read`)]);
  });

  test("is replaced by the next save", async () => {
    const { file, path } = createFile(join(folder, "index.json"));
    writeFileSync(path, "garbage");
    await file.save("v1", INDEX);
    expect(await file.load("v1")).toEqual(INDEX);
  });
});

describe("a place that cannot be written", () => {
  test("below a file: is told, and nothing is thrown", async () => {
    writeFileSync(join(folder, "cache"), "in the way");
    const { file, path, lines } = createFile();
    await file.save("v1", INDEX);
    expect(lines).toEqual([expect.stringContaining(`warn search: ${path} cannot be written`)]);
    expect(await file.load("v1")).toBeUndefined();
    expect(readFileSync(join(folder, "cache"), "utf8")).toBe("in the way");
  });

  test("where a folder is in the way: nothing is thrown, nothing left behind", async () => {
    const { file, path, lines } = createFile(join(folder, "index.json"));
    mkdirSync(path);
    await file.save("v1", INDEX);
    expect(await file.load("v1")).toBeUndefined();
    expect(lines[0]).toContain("cannot be written");
    expect(readdirSync(folder)).toEqual(["index.json"]);
  });
});
