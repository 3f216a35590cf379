import type { WordField } from "./word-table.ts";

/**
 * All that Orama's `search` reads of a string field, by the names it has in Orama 3.1.18
 * (components/index.js: `search`, `calculateResultScores`). They are internals, so the version is pinned
 * and same-as-orama.test.ts compares the rankings.
 */
export interface OramaField {
  /** In place of the tree's: finds whole words, so that a query's "in" is not found in "invoice". */
  find(asked: { readonly term: string }): Record<string, number[]>;
  /** By a tool's number. */
  readonly fieldLengths: Uint32Array;
  readonly avgFieldLength: number;
  /** How many tools have a word. */
  readonly tokenOccurrences: Record<string, number>;
  /** By a tool's number, then by a word that it has: the share of its words that are this one. */
  readonly frequencies: Record<string, number>[];
}

/** A field as Orama wants to see it, computed from the table when it looks. */
export function oramaField({ lengths, find }: WordField): OramaField {
  return {
    find: ({ term }) => {
      const tools = find(term);
      return tools.length === 0 ? {} : { [term]: [...tools] };
    },
    fieldLengths: lengths,
    avgFieldLength: averageOf(lengths),
    tokenOccurrences: tableOf((word) => find(word).length),
    frequencies: frequenciesOf(lengths),
  };
}

/** The running average as Orama reckons it, for scores that are the same to the last bit. */
function averageOf(lengths: Uint32Array): number {
  let average = 0;
  for (let tool = 1; tool < lengths.length; tool++) {
    average = (average * (tool - 1) + (lengths[tool] ?? 0)) / tool;
  }
  return average;
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
