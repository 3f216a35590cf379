import type { IndexField } from "./tool-index.ts";

/**
 * All that Orama's `search` reads of a string field, by the names it has in Orama 3.1.18
 * (components/index.js: `search`, `calculateResultScores`). They are internals, so the version is pinned
 * and same-as-orama.test.ts compares the rankings.
 */
export interface OramaField {
  /** In place of the tree's: finds whole words, so that a query's "in" is not found in "invoice". */
  find(asked: { readonly term: string }): Record<string, number[]>;
  /** By a tool's number. */
  readonly fieldLengths: ArrayLike<number>;
  readonly avgFieldLength: number;
  /** How many tools have a word. */
  readonly tokenOccurrences: Record<string, number>;
  /** By a tool's number, then by a word that it has: the share of its words that are this one. */
  readonly frequencies: Record<string, number>[];
}

/** A field as Orama wants to see it, computed when it looks. Orama's numbers of tools start at 1. */
export function oramaField({ lengths, averageLength, find }: IndexField): OramaField {
  const shifted = new Uint32Array(lengths.length + 1);
  shifted.set(lengths, 1);
  return {
    find: ({ term }) => {
      const tools = find(term);
      return tools.length === 0 ? {} : { [term]: Array.from(tools, (tool) => tool + 1) };
    },
    fieldLengths: shifted,
    avgFieldLength: averageLength,
    tokenOccurrences: tableOf((word) => find(word).length),
    frequencies: frequenciesOf(shifted),
  };
}

/** A text's words are distinct, so each is 1/length of it: tools with as many words share a row. */
function frequenciesOf(lengths: Uint32Array): Record<string, number>[] {
  const rows: Record<string, number>[] = [];
  const rowsByLength: Record<string, number>[] = [];
  // A plain loop: it runs before the first search, for every tool and field, in code that is still cold.
  for (let tool = 0; tool < lengths.length; tool++) {
    const length = lengths[tool] ?? 0;
    rows.push((rowsByLength[length] ??= tableOf(() => 1 / length)));
  }
  return rows;
}

/** Looks to Orama like an object with every word as a key. */
function tableOf(valueOf: (word: string) => number): Record<string, number> {
  return new Proxy({}, { get: (_, word) => valueOf(String(word)) });
}
