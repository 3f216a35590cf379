import { describe, expect, test } from "bun:test";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { resolvePaths } from "../../src/platform/paths.ts";

const HOME = resolve("/home/ada");
const FOLDER = join(HOME, ".config", "compressed-mcp-proxy");

describe("without --config", () => {
  test("everything lies in the home that is given", () => {
    expect(resolvePaths(HOME, undefined)).toMatchObject({
      configFile: join(FOLDER, "config.json"),
      catalogFile: join(FOLDER, "cache", "catalog.db"),
      searchIndexFile: join(FOLDER, "cache", "search-index.db"),
    });
    expect(JSON.stringify(resolvePaths(HOME, undefined))).not.toContain(homedir());
  });
});

describe("with --config", () => {
  test("the file is that one, relative to the current directory", () => {
    expect(resolvePaths(HOME, "./my.json").configFile).toBe(resolve("my.json"));
    expect(resolvePaths(HOME, resolve("/etc/my.json")).configFile).toBe(resolve("/etc/my.json"));
  });

  test("the default file named in full is the default", () => {
    const named = join(FOLDER, "config.json");
    expect(resolvePaths(HOME, named)).toEqual(resolvePaths(HOME, undefined));
    expect(resolvePaths(HOME, relative(".", named))).toEqual(resolvePaths(HOME, undefined));
  });

  test("each file has a catalog and an index of its own, in the cache", () => {
    const files = [undefined, "/etc/a.json", "/etc/b.json"];
    const paths = files.map((file) => resolvePaths(HOME, file));
    expect(new Set(paths.map(({ catalogFile }) => catalogFile)).size).toBe(3);
    expect(new Set(paths.map(({ searchIndexFile }) => searchIndexFile)).size).toBe(3);
    for (const { catalogFile, searchIndexFile } of paths) {
      expect(catalogFile).toStartWith(join(FOLDER, "cache"));
      expect(searchIndexFile).toStartWith(join(FOLDER, "cache"));
    }
  });

  test("one file has one catalog, however it is named", () => {
    const { catalogFile } = resolvePaths(HOME, "a.json");
    expect(resolvePaths(HOME, "./x/../a.json").catalogFile).toBe(catalogFile);
    expect(resolvePaths(HOME, resolve("a.json")).catalogFile).toBe(catalogFile);
  });
});
