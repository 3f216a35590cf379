import { expect, test } from "bun:test";
import type { CatalogTool } from "../../src/core/tool.ts";
import { OramaIndex } from "../../src/search/orama-index.ts";
import { DIMENSIONS, normalize } from "../../src/search/word-vectors.ts";
import { buildIndex, lexicon } from "./build-index.ts";
import { GeneratedCatalog, REALISTIC_QUERIES, REALISTIC_TOOLS } from "./catalogs.ts";
import { createPlainOrama, type PlainHit } from "./plain-orama.ts";
import { distinctWords } from "./words.ts";

/** More than there are tools in any catalog here: the whole ranking is compared. */
const LIMIT = 1000;
/** Our vectors are rounded to 127 steps, so their length is 1 but for so much, times its weight. */
const ROUNDING = 0.01;
/** Orama adds its averages up tool by tool. */
const EQUAL = 1e-9;
const NO_MEANING = new Float32Array(DIMENSIONS);

const generated = new GeneratedCatalog(7);

const CATALOGS: [string, readonly CatalogTool[], readonly string[]][] = [
  ["realistic tools", REALISTIC_TOOLS, REALISTIC_QUERIES],
  // No more than are compared by meaning, so that none is left out.
  ["generated tools", byServer(generated.tools(190)), generated.queries(150)],
  ["one tool", generated.tools(1), generated.queries(20)],
  ["no tools", [], REALISTIC_QUERIES],
];

/** In the order in which an index of one segment for each server numbers them. */
function byServer(tools: readonly CatalogTool[]): CatalogTool[] {
  return [...Map.groupBy(tools, ({ server }) => server).values()].flat();
}

function wordsOf(query: string): string[] {
  return distinctWords(query, { stem: lexicon.stem, keepsStopWords: true });
}

function meaningOf(words: readonly string[]): Float32Array {
  const sum = new Float32Array(DIMENSIONS);
  for (const word of words) lexicon.vectors.add(sum, word, 1);
  return normalize(sum);
}

function idsOf(hits: readonly PlainHit[]): number[] {
  return hits.map(({ tool }) => tool).toSorted();
}

/** By how much Orama's score rises, at most, from one of our hits to the next; 0 for the same order. */
function risesIn(found: readonly number[], expected: readonly PlainHit[]): number {
  const scores = new Map(expected.map(({ tool, score }) => [tool, score]));
  const rises = found.map((tool, at) => {
    const before = at === 0 ? Infinity : (scores.get(found[at - 1] ?? tool) ?? 0);
    return (scores.get(tool) ?? 0) - before;
  });
  return Math.max(0, ...rises);
}

/** Our tables hold what Orama's search reads, by internal names: a new Orama may read something else. */
test.each(CATALOGS)(
  "ranks %s by words as Orama with an index of its own",
  async (_, tools, queries) => {
    const index = await buildIndex(tools);
    const ours = new OramaIndex(index);
    const plain = createPlainOrama(tools, index);
    for (const query of queries) {
      const words = wordsOf(query);
      const expected = await plain.byWords(words, LIMIT);
      const found = await ours.search({ words, meaning: NO_MEANING }, LIMIT);
      expect([query, found.toSorted()]).toEqual([query, words.length === 0 ? [] : idsOf(expected)]);
      if (found.length > 0) expect(risesIn(found, expected)).toBeLessThan(EQUAL);
      const few = await ours.search({ words, meaning: NO_MEANING }, 5);
      expect(few).toEqual(found.slice(0, 5));
    }
  },
);

test.each(CATALOGS)("ranks %s by words and meaning as Orama does", async (_, tools, queries) => {
  const index = await buildIndex(tools);
  const ours = new OramaIndex(index);
  const plain = createPlainOrama(tools, index);
  for (const query of queries) {
    const words = wordsOf(query);
    const meaning = meaningOf(words);
    if (meaning.every((number) => number === 0)) continue;
    const expected = await plain.hybrid(words, meaning, LIMIT);
    const all = await ours.search({ words, meaning }, LIMIT);
    // Orama holds no vector of a tool whose words mean nothing; we hold one of zeros.
    const found = all.filter((tool) => expected.some((hit) => hit.tool === tool));
    expect([query, found.toSorted()]).toEqual([query, idsOf(expected)]);
    expect(risesIn(found, expected)).toBeLessThan(ROUNDING);
  }
});

test("the comparison compares something", async () => {
  const index = await buildIndex(REALISTIC_TOOLS);
  const plain = createPlainOrama(REALISTIC_TOOLS, index);
  const words = wordsOf("create issue github");
  const [byWords] = await plain.byWords(words, LIMIT);
  const [hybrid] = await plain.hybrid(words, meaningOf(words), LIMIT);
  for (const hit of [byWords, hybrid]) {
    expect(index.ids[hit?.tool ?? -1]).toBe("github__create_issue");
  }
  const counts = await Promise.all(
    REALISTIC_QUERIES.map(async (query) => (await plain.byWords(wordsOf(query), LIMIT)).length),
  );
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(12);
});
