import { nameKeysOf } from "./name-key.ts";
import { DIMENSIONS } from "./word-vectors.ts";
import { FIELDS } from "./tool-words.ts";

/**
 * The index of one server's tools, in the parts that are also what is saved; taking them up is only to cut
 * them. `ids` and `words` are lines of text. A tool's number is its line, counted from 0; words are in the
 * order of their hashes, and a word's place is its line. `numbers` holds: each word's hash; where each word
 * starts in `words`, with one end more; in how many tools it stands. Then for each of `FIELDS` in turn:
 * where each word's matches start, with one end more; how many words each tool has; the matches, which are
 * numbers of tools, rising. Then where each tool's name words start, with one end more; the name words,
 * which are places; each tool's traits; two hashes of what it may be asked for by. `vectors` are the tools' meanings, unit vectors times 127.
 */
export interface SegmentParts {
  readonly ids: string;
  readonly words: string;
  readonly numbers: Uint32Array;
  readonly vectors: Int8Array;
}

/** The parts, cut up for use. */
export interface Segment {
  readonly parts: SegmentParts;
  readonly ids: readonly string[];
  /** In the order of `FIELDS`. */
  readonly fields: readonly SegmentField[];
  /** The place of a word, or -1. */
  placeOf(word: string, hash: number): number;
  /** In how many of its tools the word of a place stands. */
  frequency(place: number): number;
  nameWords(tool: number): readonly string[];
  readonly serverWords: ReadonlySet<string>;
  readonly traits: Uint32Array;
  /** The tools that are called so, by a name key and its hash. */
  named(key: string, hash: number): readonly number[];
  /** All words. */
  wordList(): readonly string[];
}

export interface SegmentField {
  /** How many words the tool of each number has. */
  readonly lengths: Uint32Array;
  /** The numbers of the tools that have the word of a place. */
  matches(place: number): Uint32Array;
}

const SERVER = FIELDS.indexOf("server");

/** Where a word is looked for in a segment (FNV-1a; a call into the runtime would cost ten times as much). */
export function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) {
    hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/** Throws when the numbers are not of these words and ids. */
export function createSegment(parts: SegmentParts): Segment {
  const { numbers, vectors, words } = parts;
  const ids = parts.ids === "" ? [] : parts.ids.split("\n");
  const [wordCount = 0] = numbers;
  let at = 1;
  const take = (count: number) => numbers.subarray(at, (at += count));
  const hashes = take(wordCount);
  const starts = take(wordCount + 1);
  const frequencies = take(wordCount);
  const wordAt = (place: number) => words.slice(starts[place], (starts[place + 1] ?? 0) - 1);
  const listsFor = (count: number) => {
    const listStarts = take(count + 1);
    return { listStarts, rest: () => take(listStarts.at(-1) ?? 0) };
  };
  const fieldStarts: Uint32Array[] = [];
  const fields = FIELDS.map(() => {
    const { listStarts, rest } = listsFor(wordCount);
    const lengths = take(ids.length);
    const matches = rest();
    fieldStarts.push(listStarts);
    return {
      lengths,
      matches: (place: number) => matches.subarray(listStarts[place], listStarts[place + 1]),
    };
  });
  const names = listsFor(ids.length);
  const nameWords = names.rest();
  const traits = take(ids.length);
  const nameHashes = take(2 * ids.length);
  if (at !== numbers.length) throw new Error(`has ${numbers.length} numbers instead of ${at}`);
  if (vectors.length !== ids.length * DIMENSIONS) throw new Error("has vectors of other tools");
  return {
    parts,
    ids,
    fields,
    placeOf: (word, hash) => {
      for (let place = firstOf(hashes, hash); hashes[place] === hash; place++) {
        if (wordAt(place) === word) return place;
      }
      return -1;
    },
    frequency: (place) => frequencies[place] ?? 0,
    nameWords: (tool) =>
      Array.from(nameWords.subarray(names.listStarts[tool], names.listStarts[tool + 1]), wordAt),
    serverWords: new Set(filledLists(fieldStarts[SERVER] ?? new Uint32Array()).map(wordAt)),
    traits,
    named: (key, hash) => {
      const tools = new Set<number>();
      let pair = nameHashes.indexOf(hash);
      for (; pair >= 0; pair = nameHashes.indexOf(hash, pair + 1)) {
        const tool = pair >> 1;
        if (nameKeysOf(ids[tool] ?? "").includes(key)) tools.add(tool);
      }
      return [...tools];
    },
    wordList: () => (words === "" ? [] : words.slice(0, -1).split("\n")),
  };
}

/** The place of the first that is not less; places are in rising order. */
function firstOf(hashes: Uint32Array, hash: number): number {
  let low = 0;
  let high = hashes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((hashes[middle] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The places of the lists that are not empty. */
function filledLists(starts: Uint32Array): number[] {
  const filled: number[] = [];
  for (let place = 0; place + 1 < starts.length; place++) {
    if (starts[place] !== starts[place + 1]) filled.push(place);
  }
  return filled;
}
