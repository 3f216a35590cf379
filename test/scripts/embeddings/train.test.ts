import { describe, expect, test } from "bun:test";
import type { Corpus, CorpusTool } from "../../../scripts/embeddings/corpus.ts";
import { parseSynonyms } from "../../../scripts/embeddings/synonyms.ts";
import { trainTable } from "../../../scripts/embeddings/train.ts";
import { createStem } from "../../../src/search/stem.ts";
import { DIMENSIONS, WordVectors } from "../../../src/search/word-vectors.ts";

/** Two families of words that never meet: a few steps must draw each together and both apart. */
const FAMILIES = ["picture image resize", "invoice payment refund"].map((words) =>
  words.split(" "),
);

const corpus: Corpus = {
  tools: FAMILIES.flatMap((words) =>
    words.flatMap((name) => words.flatMap((word) => toolsOf(name, word))),
  ),
  servers: [],
  commands: [],
};

/** Several of each, since a word that few texts have gets no vector. */
function toolsOf(name: string, word: string): CorpusTool[] {
  return [...Array(12).keys()].map((at) => ({
    server: `server${at}`,
    overview: "",
    name,
    description: `${word} rare${name}${word}${at}`,
    parameters: [],
  }));
}

function train(seed: number): Uint8Array {
  return trainTable({ corpus, synonyms: [], requests: [] }, { steps: 300, batch: 16, seed });
}

function cosine(vectors: WordVectors, one: string, other: string): number {
  const stem = createStem();
  const [a, b] = [one, other].map((word) => {
    const sum = new Float32Array(DIMENSIONS);
    vectors.add(sum, stem(word), 1);
    return sum;
  });
  return dot(a, b) / Math.sqrt(dot(a) * dot(b));
}

function dot(x = new Float32Array(), y = x): number {
  return x.reduce((sum, each, at) => sum + each * (y[at] ?? 0), 0);
}

describe("training", () => {
  const table = train(1);

  test("gives the same table for the same seed, and another for another", () => {
    expect(Bun.hash(train(1))).toBe(Bun.hash(table));
    expect(Bun.hash(train(2))).not.toBe(Bun.hash(table));
  });

  test("draws words together that stand for the same, and others apart", () => {
    const vectors = new WordVectors(new Uint8Array(table).buffer);
    expect(cosine(vectors, "picture", "image")).toBeGreaterThan(0.5);
    expect(cosine(vectors, "invoice", "refund")).toBeGreaterThan(0.5);
    expect(cosine(vectors, "picture", "refund")).toBeLessThan(0.3);
  });

  test("leaves out words that hardly any text has", () => {
    const words = new WordVectors(new Uint8Array(table).buffer).words();
    expect(words).toContain(createStem()("invoice"));
    expect(words.filter((word) => word.startsWith("rare"))).toEqual([]);
  });

  test("refuses to train on nothing", () => {
    const nothing = {
      corpus: { tools: [], servers: [], commands: [] },
      synonyms: [],
      requests: [],
    };
    expect(() => trainTable(nothing, { steps: 1, batch: 4, seed: 1 })).toThrow(
      "nothing to train on",
    );
  });
});

test("a thesaurus gives pairs: of a group every two, of a one-way entry both ends", () => {
  const text =
    "# a comment\n\nrepo, repository, repos # another\r\ndb, store > table , row\nalone\n";
  expect(parseSynonyms(text).map(({ left, right }) => `${left}-${right}`)).toEqual([
    "repo-repository",
    "repo-repos",
    "repository-repos",
    "db-table",
    "db-row",
    "store-table",
    "store-row",
  ]);
});
