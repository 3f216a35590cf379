import { create, insert, search } from "@orama/orama";
import type { CatalogTool } from "../../src/core/tool.ts";
import { FIELDS } from "../../src/search/tool-words.ts";
import type { ToolIndex } from "../../src/search/tool-index.ts";
import { DIMENSIONS } from "../../src/search/word-vectors.ts";
import { lexicon } from "./build-index.ts";
import { fieldWords } from "./words.ts";

const SCHEMA = {
  name: "string",
  server: "string",
  lead: "string",
  description: "string",
  parameters: "string",
  meaning: `vector[${DIMENSIONS}]`,
} as const;

const SETTINGS = {
  boost: { name: 3, server: 2.5, lead: 1.5, description: 1, parameters: 0.5 },
  relevance: { k: 1.2, b: 0.3, d: 0.5 },
  threshold: 1,
};

/** Orama finds every word that begins like a query's; with an end of its own, a word is found whole only. */
const END = "\u0001";

export interface PlainHit {
  /** A tool's number. */
  readonly tool: number;
  readonly score: number;
}

/** Orama as it comes, given the same words and vectors as our index; searched the same way. */
export function createPlainOrama(tools: readonly CatalogTool[], { vectors }: ToolIndex) {
  const tokenizer = { language: "english", normalizationCache: new Map(), tokenize };
  const database = create({ schema: SCHEMA, components: { tokenizer } });
  for (const [at, tool] of tools.entries()) {
    const fields = fieldWords(tool, { stem: lexicon.stem });
    const texts = fields.map((words, field) => [FIELDS[field], words.join(" ")]);
    const row = vectors.subarray(at * DIMENSIONS, (at + 1) * DIMENSIONS);
    const meaning = row.some((number) => number !== 0) ? { meaning: [...row] } : {};
    void insert(database, { id: String(at), ...Object.fromEntries(texts), ...meaning });
  }
  return {
    byWords: async (words: readonly string[], limit: number): Promise<PlainHit[]> => {
      const properties = Object.keys(SETTINGS.boost) as (keyof typeof SETTINGS.boost)[]; // as: its own keys
      const found = await search(database, {
        term: words.join(" "),
        limit,
        properties,
        ...SETTINGS,
      });
      return found.hits.map(({ id, score }) => ({ tool: Number(id), score }));
    },
    hybrid: async (words: readonly string[], meaning: Float32Array, limit: number) => {
      const found = await search(database, {
        mode: "hybrid",
        term: words.join(" "),
        vector: { value: [...meaning], property: "meaning" },
        similarity: -1,
        hybridWeights: { text: 0.6, vector: 0.4 },
        limit,
        ...SETTINGS,
      });
      return found.hits.map(({ id, score }) => ({ tool: Number(id), score }));
    },
  };
}

/** What it gets are words already. */
function tokenize(text: string): string[] {
  return text.split(" ").flatMap((word) => (word === "" ? [] : `${word}${END}`));
}
