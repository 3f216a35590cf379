import type { Concept } from "./concepts.ts";
import type { ToolIndex } from "./tool-index.ts";
import { FIELDS } from "./tool-words.ts";
import { FIELD_WEIGHTS, SATURATION, WEIGHTS } from "./weights.ts";

/** What a word that no tool has takes from the score that could be reached. */
const UNKNOWN_SHARE = 0.5;

/**
 * BM25F over some tools of an index, concept by concept: of a concept's own words and its synonyms the
 * best match counts, and a little of the second best.
 */
export class LexicalScores {
  readonly #index: ToolIndex;
  readonly #tools: readonly number[];
  /** The place of each tool among those asked for, from 1; 0 for the others. */
  readonly #places: Uint32Array;
  readonly #byWord = new Map<string, Float64Array>();

  constructor(index: ToolIndex, tools: readonly number[]) {
    this.#index = index;
    this.#tools = tools;
    this.#places = new Uint32Array(index.size);
    for (const [at, tool] of tools.entries()) this.#places[tool] = at + 1;
  }

  /** A score for each tool, at most about 1; `weights` belong to the concepts. */
  scoreAll(concepts: readonly Concept[], weights: readonly number[]): Float64Array {
    const total = new Float64Array(this.#tools.length);
    let reachable = 0;
    for (const [at, concept] of concepts.entries()) {
      const weight = weights[at] ?? 1;
      reachable += weight * this.#reachable(concept);
      const scores = this.#conceptScores(concept);
      for (let tool = 0; tool < total.length; tool++) {
        total[tool] = (total[tool] ?? 0) + weight * (scores[tool] ?? 0);
      }
    }
    const highest = total.reduce((most, score) => Math.max(most, score), 0);
    const scale =
      highest === 0 ? 1 : reachable ** WEIGHTS.reachable * highest ** (1 - WEIGHTS.reachable);
    return total.map((score) => score / scale);
  }

  #conceptScores({ own, ownWeight, synonyms }: Concept): Float64Array {
    const best = new Float64Array(this.#tools.length);
    const second = new Float64Array(this.#tools.length);
    const offer = (scores: Float64Array, weight: number) => {
      for (let tool = 0; tool < best.length; tool++) {
        const score = (scores[tool] ?? 0) * weight;
        const most = best[tool] ?? 0;
        if (score > most) {
          best[tool] = score;
          second[tool] = most;
        } else if (score > (second[tool] ?? 0)) second[tool] = score;
      }
    };
    if (own.length > 0) offer(this.#sumOf(own), ownWeight);
    for (const { words, weight } of synonyms) offer(this.#phraseScores(words), weight);
    return best.map((score, tool) => score + WEIGHTS.secondMatch * (second[tool] ?? 0));
  }

  #sumOf(words: readonly string[]): Float64Array {
    const [first = "", ...rest] = words;
    if (rest.length === 0) return this.#wordScores(first);
    const all = words.map((word) => this.#wordScores(word));
    return new Float64Array(this.#tools.length).map((_, tool) =>
      all.reduce((sum, scores) => sum + (scores[tool] ?? 0), 0),
    );
  }

  /** A synonym of several words is there when all of them are. */
  #phraseScores(words: readonly string[]): Float64Array {
    const sums = this.#sumOf(words);
    if (words.length === 1) return sums;
    const all = words.map((word) => this.#wordScores(word));
    return sums.map((sum, tool) =>
      all.every((scores) => (scores[tool] ?? 0) > 0) ? sum / Math.sqrt(words.length) : 0,
    );
  }

  #wordScores(word: string): Float64Array {
    const known = this.#byWord.get(word);
    if (known !== undefined) return known;
    const scores = new Float64Array(this.#tools.length);
    const rarity = this.#index.rarity(word);
    for (const [at, name] of FIELDS.entries()) {
      const { weight, length } = FIELD_WEIGHTS[name];
      const field = this.#index.fields[at];
      if (field === undefined) continue;
      for (const tool of field.find(word)) {
        const place = (this.#places[tool] ?? 0) - 1;
        if (place < 0) continue;
        const share = (field.lengths[tool] ?? 0) / Math.max(1, field.averageLength);
        scores[place] = (scores[place] ?? 0) + weight / (1 - length + length * share);
      }
    }
    for (let tool = 0; tool < scores.length; tool++) {
      const count = scores[tool] ?? 0;
      if (count > 0) scores[tool] = (rarity * count * (SATURATION + 1)) / (SATURATION + count);
    }
    this.#byWord.set(word, scores);
    return scores;
  }

  /** The most that a concept could bring. */
  #reachable({ own, synonyms }: Concept): number {
    const most = (word: string) => {
      const frequency = this.#index.frequency(word);
      return this.#index.rarity(word) * (SATURATION + 1) * (frequency > 0 ? 1 : UNKNOWN_SHARE);
    };
    const ownMost = own.reduce((sum, word) => sum + most(word), 0);
    const others = synonyms.flatMap(({ words: [word = "", ...rest], weight }) =>
      rest.length === 0 && this.#index.has(word) ? [most(word) * weight] : [],
    );
    return Math.max(ownMost, ...others);
  }
}
