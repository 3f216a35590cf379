import type { Lexicon } from "./lexicon.ts";
import { LruCache } from "./lru-cache.ts";
import { STOP_WORDS } from "./stop-words.ts";
import type { ToolIndex } from "./tool-index.ts";

const REMEMBERED = 256;
const MIN_LENGTH = 4;
const MAX_LENGTH = 20;
/** A word of one or two tools is a likelier aim than one of the dictionary alone. */
const DICTIONARY_COUNT = 0.5;
const STOP_WORD_SHARE = 0.1;
/** Short stop words are like too many others. */
const MIN_STOP_WORD_LENGTH = 5;
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];

/** Guesses what misspelt words of requests mean: those that neither the tools nor the dictionary know. */
export class Typos {
  readonly #index: ToolIndex;
  readonly #lexicon: Lexicon;
  /** A clause has the words of the whole once more. A word that is like no other stands for itself. */
  readonly #known = new LruCache<string>(REMEMBERED);
  /** How often each known stem stands in a tool. */
  #counts: ReadonlyMap<string, number> | undefined;

  constructor(index: ToolIndex, lexicon: Lexicon) {
    this.#index = index;
    this.#lexicon = lexicon;
  }

  /** The stem that a word was probably meant to be, or the stop word; undefined for a word that is known. */
  guess(word: string): string | undefined {
    if (!this.#isSuspect(word)) return undefined;
    let guess = this.#known.get(word);
    if (guess === undefined) this.#known.set(word, (guess = this.#nearest(word) ?? word));
    return guess === word ? undefined : guess;
  }

  #isSuspect(word: string): boolean {
    if (word.length < MIN_LENGTH || word.length > MAX_LENGTH) return false;
    if (!/^[a-z]+$/.test(word) || STOP_WORDS.has(word)) return false;
    const { stem, thesaurus, vectors } = this.#lexicon;
    const own = stem(word);
    return !this.#index.has(own) && !thesaurus.hasWord(own) && !vectors.has(own);
  }

  /** Of all that is one edit away the commonest; the first letter is seldom the wrong one. */
  #nearest(word: string): string | undefined {
    this.#counts ??= this.#count();
    let best: { readonly word: string; readonly score: number } | undefined;
    for (const edited of editsOf(word)) {
      const meant = STOP_WORDS.has(edited) ? edited : this.#lexicon.stem(edited);
      const count = this.#counts.get(meant);
      if (count === undefined) continue;
      const score = Math.log(count + 1) + (edited[0] === word[0] ? 1 : 0);
      if (best === undefined || score > best.score) best = { word: meant, score };
    }
    return best?.word;
  }

  #count(): Map<string, number> {
    const counts = new Map<string, number>();
    const { thesaurus, vectors } = this.#lexicon;
    for (const words of [thesaurus.words(), vectors.words()]) {
      for (const word of words) counts.set(word, DICTIONARY_COUNT);
    }
    for (const word of this.#index.words()) counts.set(word, this.#index.frequency(word));
    for (const word of STOP_WORDS) {
      if (word.length < MIN_STOP_WORD_LENGTH) counts.delete(word);
      else counts.set(word, this.#index.size * STOP_WORD_SHARE);
    }
    return counts;
  }
}

/** Every word that is one letter more, less or other, or two neighbours swapped, away. */
function* editsOf(word: string): Iterable<string> {
  for (let at = 0; at <= word.length; at++) {
    const before = word.slice(0, at);
    const here = word[at] ?? "";
    const after = word.slice(at + 1);
    if (here !== "") {
      yield before + after;
      if (after !== "") yield `${before}${after[0]}${here}${after.slice(1)}`;
      for (const letter of LETTERS) yield before + letter + after;
    }
    for (const letter of LETTERS) yield before + letter + here + after;
  }
}
