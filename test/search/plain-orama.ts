import { components, create, insert, search } from "@orama/orama";
import type { CatalogTool } from "../../src/core/tool.ts";
import { FIELDS, queryWords, toolWords } from "../../src/search/tool-words.ts";

const SCHEMA = {
  name: "string",
  server: "string",
  lead: "string",
  description: "string",
  parameters: "string",
} as const;

/** Orama finds every word that begins like a query's; with an end of its own, a word is found whole only. */
const END = "\u0001";

const { stemmer } = components.tokenizer.createTokenizer({ language: "english", stemming: true });

export function stem(word: string): string {
  return stemmer?.(word) ?? word;
}

/** Orama as it comes, given the same words as our index; searched the same way. */
export function createPlainOrama(tools: readonly CatalogTool[]) {
  const tokenizer = { language: "english", normalizationCache: new Map(), tokenize };
  const database = create({ schema: SCHEMA, components: { tokenizer } });
  for (const tool of tools) {
    const texts = toolWords(tool, stem).map((words, at) => [FIELDS[at], words.join(" ")]);
    void insert(database, { id: tool.qualifiedName, ...Object.fromEntries(texts) });
  }
  return async (query: string, limit: number): Promise<string[]> => {
    const { hits } = await search(database, {
      term: query,
      limit,
      boost: { name: 3, server: 2.5, lead: 1.5, description: 1, parameters: 0.5 },
      relevance: { k: 1.2, b: 0.3, d: 0.5 },
      threshold: 1,
    });
    return hits.map(({ id }) => id);
  };
}

/** Orama names the field for documents only; theirs are words already. */
function tokenize(text: string, _language?: string, field?: string): string[] {
  const words = field === undefined ? queryWords(text, stem) : text.split(" ").filter(Boolean);
  return words.map((word) => `${word}${END}`);
}
