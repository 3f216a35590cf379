import type { Stem } from "./stem.ts";
import { STOP_WORDS } from "./stop-words.ts";
import { runsOf, wordsIn } from "./tokenize.ts";

export interface DistinctOptions {
  /** In names every word counts, `help` and `about` too. */
  readonly keepsStopWords: boolean;
  /** The words of what stands before the text: they come first. */
  readonly before?: readonly number[];
}

/** Longer ones do not come twice. */
const MAX_RUN = 40;

/**
 * Words as numbers, in the order in which they were met: `issue` and `Issues` are one. To count and to
 * compare numbers costs a fraction of what strings do, and texts about tools repeat a few thousand words.
 */
export class Vocabulary {
  readonly stem: Stem;
  readonly #words: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** By the runs of letters as they are written, each word: twice its number, and one more for a stop word. */
  readonly #runs = new Map<string, readonly number[]>();
  /** By their numbers: the text in which each was met last. */
  readonly #metIn: number[] = [];
  #texts = 0;

  constructor(stem: Stem) {
    this.stem = stem;
  }

  get size(): number {
    return this.#words.length;
  }

  /** The stem that a number stands for. */
  word(number: number): string {
    return this.#words[number] ?? "";
  }

  /** The words of a text, each once: identifiers split (and kept whole beside), reduced to their stems. */
  distinct(text: string, { keepsStopWords, before = [] }: DistinctOptions): number[] {
    const found = [...before];
    const at = ++this.#texts;
    for (const number of before) this.#metIn[number] = at;
    for (const run of runsOf(text)) {
      for (const known of this.#runs.get(run) ?? this.#read(run)) {
        const number = known >> 1;
        const isDropped = !keepsStopWords && (known & 1) === 1;
        if (isDropped || this.#metIn[number] === at) continue;
        this.#metIn[number] = at;
        found.push(number);
      }
    }
    return found;
  }

  #read(run: string): readonly number[] {
    const words = wordsIn(run).map((word) => {
      const isStopWord = STOP_WORDS.has(word);
      return 2 * this.#numberOf(this.stem(word)) + (isStopWord ? 1 : 0);
    });
    if (run.length <= MAX_RUN) this.#runs.set(run, words);
    return words;
  }

  #numberOf(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    const number = this.#words.push(word) - 1;
    this.#numbers.set(word, number);
    this.#metIn.push(0);
    return number;
  }
}
