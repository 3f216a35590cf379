import { createStem } from "../../src/search/stem.ts";
import { Vocabulary } from "../../src/search/vocabulary.ts";
import type { TrainingSet } from "./contrastive.ts";
import type { Pair, PairKind } from "./pairs.ts";

/** Rarer words are not worth their bytes. */
const MIN_TEXTS = 10;
const MIN_THESAURUS_TEXTS = 6;
const MAX_WORD_LENGTH = 18;

export interface WordTrainingSet extends TrainingSet {
  /** The stems, by their places. */
  readonly words: readonly string[];
}

/** The pairs as places of words, with the words that stand in enough of the texts. */
export function createTrainingSet(kinds: readonly PairKind[]): WordTrainingSet {
  const vocabulary = new Vocabulary(createStem());
  const wordsIn = (text: string) =>
    vocabulary.distinct(text, { keepsStopWords: false }).map((number) => vocabulary.word(number));
  const texts = new Set(
    kinds.flatMap(({ pairs }) => pairs.flatMap(({ left, right }) => [left, right])),
  );
  const synonyms = kinds.find(({ name }) => name === "synonyms")?.pairs ?? [];
  const counts = countWords(texts, wordsIn);
  const ofThesaurus = new Set(
    synonyms.flatMap(({ left, right }) => [...wordsIn(left), ...wordsIn(right)]),
  );
  const kept = [...counts].filter(
    ([word, count]) =>
      isWord(word) &&
      (count >= MIN_TEXTS || (count >= MIN_THESAURUS_TEXTS && ofThesaurus.has(word))),
  );
  const places = new Map(kept.map(([word], place) => [word, place]));
  const placesIn = (text: string) =>
    Int32Array.from(wordsIn(text).flatMap((word) => places.get(word) ?? []));
  return {
    words: kept.map(([word]) => word),
    wordCount: kept.length,
    weights: Float32Array.from(kept, ([, count]) => rarity(count, texts.size)),
    kinds: kinds.map(({ share, pairs }) => ({ share, ...sides(pairs, placesIn) })),
  };
}

function countWords(
  texts: Iterable<string>,
  wordsIn: (text: string) => string[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of wordsIn(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function isWord(word: string): boolean {
  return /^[a-z][a-z0-9]+$/.test(word) && word.length <= MAX_WORD_LENGTH;
}

/** How strongly a word counts before training has its say: from 0, in all texts, to 1, in one. */
function rarity(count: number, total: number): number {
  return Math.log(1 + total / count) / Math.log(1 + total);
}

/** Pairs of which a side is empty, or both are the same, teach nothing. */
function sides(pairs: readonly Pair[], placesIn: (text: string) => Int32Array) {
  const both = pairs
    .map(({ left, right }) => ({ left: placesIn(left), right: placesIn(right) }))
    .filter(({ left, right }) => left.length > 0 && right.length > 0)
    .filter(({ left, right }) => left.join() !== right.join());
  return { left: both.map(({ left }) => left), right: both.map(({ right }) => right) };
}
