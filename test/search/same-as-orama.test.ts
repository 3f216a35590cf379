import { expect, test } from "bun:test";
import type { CatalogTool } from "../../src/core/tool.ts";
import { OramaIndex } from "../../src/search/orama-index.ts";
import { GeneratedCatalog, REALISTIC_QUERIES, REALISTIC_TOOLS } from "./catalogs.ts";
import { createPlainOrama } from "./plain-orama.ts";

/** More than there are tools in any catalog here: the whole ranking is compared. */
const LIMIT = 1000;

const generated = new GeneratedCatalog(7);

/** Our tables hold what Orama's search reads, by internal names: a new Orama may read something else. */
test.each<[string, readonly CatalogTool[], readonly string[]]>([
  ["realistic tools", REALISTIC_TOOLS, REALISTIC_QUERIES],
  ["generated tools", generated.tools(400), generated.queries(300)],
  ["one tool", generated.tools(1), generated.queries(20)],
  ["no tools", [], REALISTIC_QUERIES],
])("ranks %s as Orama with an index of its own, fresh and restored", async (_, tools, queries) => {
  const searchPlain = createPlainOrama(tools);
  const fresh = await OramaIndex.build(tools);
  const restored = OramaIndex.restore(JSON.parse(JSON.stringify(fresh.save())));
  for (const query of queries) {
    const names = await searchPlain(query, LIMIT);
    expect(await fresh.search(query, LIMIT)).toEqual(names);
    expect(await restored.search(query, LIMIT)).toEqual(names);
    expect(await restored.search(query, 5)).toEqual(names.slice(0, 5));
  }
});

test("the comparison compares something", async () => {
  const searchPlain = createPlainOrama(REALISTIC_TOOLS);
  expect((await searchPlain("create issue github", LIMIT)).slice(0, 1)).toEqual([
    "github__create_issue",
  ]);
  const counts = await Promise.all(
    REALISTIC_QUERIES.map(async (query) => (await searchPlain(query, LIMIT)).length),
  );
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(12);
});
