import type { EmbeddingPurpose } from "./embedder.ts";

type Prefixes = Readonly<Record<EmbeddingPurpose, string>>;

/** Models that were trained on texts which begin by saying what they are for, from their model cards. */
const TRAINED_ON: readonly (readonly [model: RegExp, prefixes: Prefixes])[] = [
  [/nomic-embed-text/i, { document: "search_document: ", query: "search_query: " }],
  [
    /embedding-?gemma|gemini-embedding-2/i,
    { document: "title: none | text: ", query: "task: search result | query: " },
  ],
  [
    /mxbai-embed-large/i,
    { document: "", query: "Represent this sentence for searching relevant passages: " },
  ],
  [/\be5-(?:small|base|large)/i, { document: "passage: ", query: "query: " }],
];

/** The text as the model wants to read it. */
export function withTaskPrefix(
  text: string,
  { model, purpose }: { model: string; purpose: EmbeddingPurpose },
): string {
  const prefixes = TRAINED_ON.find(([pattern]) => pattern.test(model))?.[1];
  return prefixes === undefined ? text : prefixes[purpose] + text;
}
