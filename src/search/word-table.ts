import { FIELDS } from "./tool-words.ts";

/**
 * Which tools have which words, in three parts that are also what is saved. A tool's number is its place
 * in `ids`, counted from 1 as Orama counts; a word's number is its place in `words`, counted from 0.
 * `numbers` holds, for each of `FIELDS` in turn: where each word's matches start and, one more, where the
 * last ones end; how many words each tool has (the first is for a tool 0, that there is not); the matches,
 * which are numbers of tools, rising.
 */
export interface WordTableParts {
  readonly ids: readonly string[];
  readonly words: readonly string[];
  readonly numbers: Uint32Array<ArrayBuffer>;
}

/** The parts, cut up for use; nothing is copied out of `numbers`. */
export interface WordTable extends WordTableParts {
  /** In the order of `FIELDS`. */
  readonly fields: readonly WordField[];
}

export interface WordField {
  /** How many words the tool of each number has. */
  readonly lengths: Uint32Array;
  /** The numbers of the tools that have this very word. */
  find(word: string): Uint32Array;
}

const NONE = new Uint32Array();

/** Throws when the numbers are not of these words and ids. */
export function createWordTable(parts: WordTableParts): WordTable {
  const { ids, words, numbers } = parts;
  const places = new Map(words.map((word, place) => [word, place]));
  let at = 0;
  const take = (count: number) => numbers.subarray(at, (at += count));
  const fields = FIELDS.map(() => {
    const starts = take(words.length + 1);
    const lengths = take(ids.length + 1);
    const matches = take(starts.at(-1) ?? 0);
    return { lengths, find: createFind({ places, starts, matches }) };
  });
  if (at !== numbers.length) throw new Error(`has ${numbers.length} numbers instead of ${at}`);
  return { ...parts, fields };
}

function createFind({
  places,
  starts,
  matches,
}: {
  readonly places: ReadonlyMap<string, number>;
  readonly starts: Uint32Array;
  readonly matches: Uint32Array;
}): WordField["find"] {
  return (word) => {
    const place = places.get(word);
    return place === undefined ? NONE : matches.subarray(starts[place], starts[place + 1]);
  };
}
