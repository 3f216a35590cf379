import type { CatalogTool } from "../core/tool.ts";
import { packTraits } from "./actions.ts";
import type { Lexicon } from "./lexicon.ts";
import { nameKeysOf } from "./name-key.ts";
import { createSegment, hashOf, type Segment } from "./segment.ts";
import { STOP_WORDS } from "./stop-words.ts";
import { FIELDS, readTool, type Field, type ReadToolOptions } from "./tool-words.ts";
import { Vocabulary } from "./vocabulary.ts";
import { DIMENSIONS, normalize, type WordVectors } from "./word-vectors.ts";

/** How much a word of each field has to say about what the tool means. */
const MEANING: Readonly<Record<Field, number>> = {
  name: 2,
  server: 0.75,
  lead: 1,
  description: 0.6,
  parameters: 0.375,
  parameterTexts: 0.19,
};

const MEANINGS = FIELDS.map((field) => MEANING[field]);

/** Characters of tools indexed between two looks at the event loop: about 3 ms of work. */
const SLICE = 20_000;

/** From here on the last step is cut up too. */
const MANY_TOOLS = 200;

export interface BuildOptions {
  readonly lexicon: Lexicon;
  /** Servers that are indexed one after the other share theirs: they share their words. */
  readonly vocabulary?: Vocabulary;
  readonly serverTitle?: string | undefined;
}

/** Indexes one server's tools in slices, so that messages are answered meanwhile. */
export async function buildSegment(
  tools: readonly CatalogTool[],
  options: BuildOptions,
): Promise<Segment> {
  const builder = new SegmentBuilder(options);
  let work = 0;
  for (const tool of tools) {
    builder.add(tool);
    work += tool.json.length;
    if (work < SLICE) continue;
    work = 0;
    await nextTurn();
  }
  return builder.build();
}

/** A tool whose words are numbers of the vocabulary. */
interface NumberedTool {
  readonly id: string;
  readonly fields: readonly (readonly number[])[];
  readonly traits: number;
  readonly vector: Int8Array;
}

class SegmentBuilder {
  readonly #vectors: WordVectors;
  readonly #vocabulary: Vocabulary;
  readonly #readOptions: ReadToolOptions;
  /** The numbers of this server's words. */
  readonly #met: number[] = [];
  /** By the numbers: in how many tools each word stands, and where its vector is. */
  readonly #frequencies: number[] = [];
  readonly #vectorPlaces: number[] = [];
  readonly #tools: NumberedTool[] = [];

  constructor({ lexicon, vocabulary = new Vocabulary(lexicon.stem), serverTitle }: BuildOptions) {
    this.#vectors = lexicon.vectors;
    this.#vocabulary = vocabulary;
    this.#readOptions = { vocabulary, serverTitle };
  }

  add(entry: CatalogTool): void {
    const { fields, traits } = readTool(entry, this.#readOptions);
    const weights = new Map<number, number>();
    for (const [at, numbers] of fields.entries()) {
      const weight = MEANINGS[at] ?? 0;
      for (const number of numbers) weights.set(number, (weights.get(number) ?? 0) + weight);
    }
    for (const number of weights.keys()) this.#count(number);
    this.#tools.push({
      id: entry.qualifiedName,
      fields,
      traits: packTraits(traits),
      vector: this.#meaningOf(weights),
    });
  }

  /** In steps too: to count and order all words of many tools takes its time. */
  async build(): Promise<Segment> {
    const tools = this.#tools;
    const words = this.#met
      .map((number) => {
        const word = this.#vocabulary.word(number);
        return { number, word, hash: hashOf(word) };
      })
      .toSorted((a, b) => a.hash - b.hash);
    const places = new Uint32Array(this.#vocabulary.size);
    for (const [place, { number }] of words.entries()) places[number] = place;
    const fields: ArrayLike<number>[] = [];
    const isLarge = tools.length > MANY_TOOLS;
    for (const field of FIELDS.keys()) {
      if (isLarge) await nextTurn();
      const numbers = tools.map((tool) => tool.fields[field] ?? []);
      fields.push(...fieldNumbers(numbers, { places, wordCount: words.length }));
    }
    if (isLarge) await nextTurn();
    const names = tools.map((tool) => tool.fields[NAME] ?? []);
    return createSegment({
      ids: tools.map(({ id }) => id).join("\n"),
      words: words.map(({ word }) => `${word}\n`).join(""),
      numbers: joined([
        [words.length],
        words.map(({ hash }) => hash),
        startsOf(words.map(({ word }) => word.length + 1)),
        words.map(({ number }) => this.#frequencies[number] ?? 0),
        ...fields,
        startsOf(names.map(({ length }) => length)),
        names.flat().map((number) => places[number] ?? 0),
        tools.map(({ traits }) => traits),
        tools.flatMap(({ id }) => nameKeysOf(id).map(hashOf)),
      ]),
      vectors: joinedVectors(tools.map(({ vector }) => vector)),
    });
  }

  #count(number: number): void {
    const frequency = this.#frequencies[number] ?? 0;
    this.#frequencies[number] = frequency + 1;
    if (frequency > 0) return;
    this.#met.push(number);
    const word = this.#vocabulary.word(number);
    this.#vectorPlaces[number] = STOP_WORDS.has(word) ? -1 : this.#vectors.placeOf(word);
  }

  /** `weights` are by the numbers of words. */
  #meaningOf(weights: ReadonlyMap<number, number>): Int8Array {
    const sum = new Float32Array(DIMENSIONS);
    for (const [number, weight] of weights) {
      this.#vectors.addAt(sum, this.#vectorPlaces[number] ?? -1, weight);
    }
    return Int8Array.from(normalize(sum), (number) => Math.round(number * 127));
  }
}

const NAME = FIELDS.indexOf("name");

/** One field's part of a segment's `numbers`; `words` are each tool's, `places` where they stand by then. */
function fieldNumbers(
  words: readonly (readonly number[])[],
  { places, wordCount }: { readonly places: Uint32Array; readonly wordCount: number },
) {
  const placed = words.map((numbers) => numbers.map((number) => places[number] ?? 0));
  const counts = new Uint32Array(wordCount);
  for (const place of placed.flat()) counts[place] = (counts[place] ?? 0) + 1;
  const starts = startsOf(counts);
  const next = starts.slice();
  const matches = new Uint32Array(starts[wordCount] ?? 0);
  for (const [tool, own] of placed.entries()) {
    for (const place of own) {
      const at = next[place] ?? 0;
      matches[at] = tool;
      next[place] = at + 1;
    }
  }
  return [starts, words.map(({ length }) => length), matches];
}

function startsOf(lengths: ArrayLike<number>): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  for (let at = 0; at < lengths.length; at++)
    starts[at + 1] = (starts[at] ?? 0) + (lengths[at] ?? 0);
  return starts;
}

function joined(parts: readonly ArrayLike<number>[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function joinedVectors(vectors: readonly Int8Array[]): Int8Array {
  const whole = new Int8Array(vectors.length * DIMENSIONS);
  for (const [tool, vector] of vectors.entries()) whole.set(vector, tool * DIMENSIONS);
  return whole;
}

function nextTurn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}
