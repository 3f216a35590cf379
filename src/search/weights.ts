import type { Field } from "./tool-words.ts";

/**
 * What each sign is worth. Halving or doubling any one of them moves recall by less than a point: the
 * vocabulary is where gains are to be had. docs/search.md tells how they were found.
 */
export const WEIGHTS = {
  meaning: 0.75,
  nameCoverage: 0.1,
  head: 0.2,
  server: 0.3,
  action: 0.12,
  describedAction: 0.4,
  relatedAction: 0.42,
  /** A verb's words count less: its action has been counted. */
  actionWord: 0.3,
  /** The second best match of a concept, beside the best. */
  secondMatch: 0.15,
  /** Of the best clause's score, beside the whole request's. */
  clause: 0.4,
  /** How much the highest score counts against what could have been reached. */
  reachable: 0.6,
} as const;

/** BM25F: how fast more matches stop counting. */
export const SATURATION = 0.72;

/** BM25F: what a match in a field is worth, and how much a long text weakens it. */
export const FIELD_WEIGHTS: Readonly<
  Record<Field, { readonly weight: number; readonly length: number }>
> = {
  name: { weight: 3.1, length: 0.8 },
  server: { weight: 4, length: 0.4 },
  lead: { weight: 1.5, length: 0.5 },
  description: { weight: 1, length: 0.6 },
  parameters: { weight: 1.45, length: 0.4 },
  parameterTexts: { weight: 0.25, length: 0.7 },
};
