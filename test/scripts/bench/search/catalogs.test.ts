import { describe, expect, test } from "bun:test";
import { COMMITTED_DATA, loadSets } from "../../../../scripts/bench/search/data.ts";
import { exactNames } from "../../../../scripts/bench/search/name-queries.ts";
import { packTool } from "../../../../scripts/bench/search/pack-data.ts";
import { createSyntheticCatalog } from "../../../../scripts/bench/search/synthetic-catalog.ts";
import type { CatalogTool } from "../../../../src/core/tool.ts";

const sets = await loadSets(COMMITTED_DATA);

function tool(server: string, name: string): CatalogTool {
  return { qualifiedName: `${server}__${name}`, server, name, json: JSON.stringify({ name }) };
}

test("the committed sets are what their README says, and each request's tools are in the catalog", () => {
  const sizes = sets.map(({ name, catalog, queries }) => [
    name,
    catalog.tools.length,
    queries.length,
  ]);
  expect(sizes).toEqual([
    ["A1-lmb-step", 527, 96],
    ["A2-lmb-task", 527, 54],
    ["A3-lmb-route", 527, 139],
    ["B-azure", 180, 241],
  ]);
  for (const { catalog, queries } of sets) {
    const ids = new Set<string>(catalog.tools.map(({ qualifiedName }) => qualifiedName));
    const wanted = queries.flatMap(({ groups }) => groups.flat());
    expect(wanted.filter((id) => !ids.has(id))).toEqual([]);
  }
});

describe("names", () => {
  test("are asked for as words, alone and after the server's", () => {
    const catalog = {
      name: "X",
      tools: [tool("GitHub", "createIssue"), tool("git", "git_status")],
    };
    const { name, queries } = exactNames(catalog);
    expect(name).toBe("X-names");
    expect(queries.map(({ query }) => query)).toEqual([
      "create issue",
      "GitHub create issue",
      "git status",
      "git git status",
    ]);
  });

  test("that several tools share are right for each of them", () => {
    const catalog = { name: "X", tools: [tool("a", "get_file"), tool("b", "getFile")] };
    const [first] = exactNames(catalog).queries;
    expect(first?.groups).toEqual([["a__get_file", "b__getFile"]]);
  });
});

describe("a synthetic catalog", () => {
  const models = sets[0]?.catalog.tools ?? [];

  test("is the same for the same seed, and another for another", () => {
    const one = createSyntheticCatalog(models, { size: 300, seed: 7 });
    expect(createSyntheticCatalog(models, { size: 300, seed: 7 })).toEqual(one);
    expect(createSyntheticCatalog(models, { size: 300, seed: 8 })).not.toEqual(one);
  });

  test("has as many tools as asked for, each its own, on many servers", () => {
    const tools = createSyntheticCatalog(models, { size: 2000, seed: 1 });
    expect(new Set(tools.map(({ qualifiedName }) => qualifiedName)).size).toBe(2000);
    expect(new Set(tools.map(({ server }) => server)).size).toBeGreaterThan(50);
  });

  test("cannot be made of nothing", () => {
    expect(() => createSyntheticCatalog([], { size: 1, seed: 1 })).toThrow("no tools");
  });
});

test("packing keeps what is searched and drops what is not", () => {
  const schema = {
    type: "object",
    $schema: "http://json-schema.org/draft-07/schema#",
    required: ["state"],
    properties: {
      state: {
        type: "string",
        enum: ["open", "closed"],
        description: "Which ones",
        default: "open",
      },
      labels: { type: "array", items: { type: "object", properties: { name: { minLength: 1 } } } },
    },
  };
  const packed = packTool({ server: "s", name: "n", description: "d", inputSchema: schema, x: 1 });
  expect(JSON.parse(JSON.stringify(packed))).toEqual({
    server: "s",
    name: "n",
    description: "d",
    inputSchema: {
      properties: {
        state: { enum: ["open", "closed"], description: "Which ones" },
        labels: { items: { properties: { name: {} } } },
      },
    },
  });
});
