import type { CatalogTool } from "../core/tool.ts";
import { packTraits } from "./actions.ts";
import type { Lexicon } from "./lexicon.ts";
import { nameKeysOf } from "./name-key.ts";
import { createSegment, hashOf, type Segment } from "./segment.ts";
import { STOP_WORDS } from "./stop-words.ts";
import { FIELDS, readTool, type Field, type ReadToolOptions } from "./tool-words.ts";
import { DIMENSIONS, normalize } from "./word-vectors.ts";

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

/** A tool whose words are numbers: the order in which they were met. */
interface NumberedTool {
  readonly id: string;
  readonly fields: readonly (readonly number[])[];
  readonly traits: number;
  readonly vector: Int8Array;
}

class SegmentBuilder {
  readonly #lexicon: Lexicon;
  readonly #readOptions: ReadToolOptions;
  readonly #numbers = new Map<string, number>();
  /** By their numbers. */
  readonly #words: string[] = [];
  /** In how many tools each word stands. */
  readonly #frequencies: number[] = [];
  readonly #tools: NumberedTool[] = [];

  constructor({ lexicon, serverTitle }: BuildOptions) {
    this.#lexicon = lexicon;
    this.#readOptions = { stem: lexicon.stem, serverTitle };
  }

  add(entry: CatalogTool): void {
    const { fields, traits } = readTool(entry, this.#readOptions);
    const weights = new Map<number, number>();
    const numbered = fields.map((words, at) => {
      const weight = MEANINGS[at] ?? 0;
      return words.map((word) => {
        const number = this.#numberOf(word);
        weights.set(number, (weights.get(number) ?? 0) + weight);
        return number;
      });
    });
    for (const number of weights.keys()) {
      this.#frequencies[number] = (this.#frequencies[number] ?? 0) + 1;
    }
    this.#tools.push({
      id: entry.qualifiedName,
      fields: numbered,
      traits: packTraits(traits),
      vector: this.#meaningOf(weights),
    });
  }

  /** In steps too: to count and order all words of many tools takes its time. */
  async build(): Promise<Segment> {
    const sorted = this.#words
      .map((word, number) => ({ word, number, hash: hashOf(word) }))
      .toSorted((a, b) => a.hash - b.hash);
    const places = new Uint32Array(sorted.length);
    for (const [place, { number }] of sorted.entries()) places[number] = place;
    const tools = this.#tools.map((tool) => ({
      ...tool,
      fields: tool.fields.map((numbers) => numbers.map((number) => places[number] ?? 0)),
    }));
    const fields: (readonly number[])[] = [];
    const isLarge = tools.length > MANY_TOOLS;
    for (const field of FIELDS.keys()) {
      if (isLarge) await nextTurn();
      const words = tools.map((tool) => tool.fields[field] ?? []);
      fields.push(...fieldNumbers(words, sorted.length));
    }
    if (isLarge) await nextTurn();
    return createSegment({
      ids: tools.map(({ id }) => id).join("\n"),
      words: sorted.map(({ word }) => `${word}\n`).join(""),
      numbers: joined([
        [sorted.length],
        sorted.map(({ hash }) => hash),
        startsOf(sorted.map(({ word }) => word.length + 1)),
        sorted.map(({ number }) => this.#frequencies[number] ?? 0),
        ...fields,
        startsOf(tools.map((tool) => tool.fields[NAME]?.length ?? 0)),
        tools.flatMap((tool) => tool.fields[NAME] ?? []),
        tools.map(({ traits }) => traits),
        tools.flatMap(({ id }) => nameKeysOf(id).map(hashOf)),
      ]),
      vectors: joinedVectors(tools.map(({ vector }) => vector)),
    });
  }

  #numberOf(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    const number = this.#words.push(word) - 1;
    this.#numbers.set(word, number);
    return number;
  }

  /** `weights` are by the numbers of words. */
  #meaningOf(weights: ReadonlyMap<number, number>): Int8Array {
    const sum = new Float32Array(DIMENSIONS);
    for (const [number, weight] of weights) {
      const word = this.#words[number] ?? "";
      if (!STOP_WORDS.has(word)) this.#lexicon.vectors.add(sum, word, weight);
    }
    return Int8Array.from(normalize(sum), (number) => Math.round(number * 127));
  }
}

const NAME = FIELDS.indexOf("name");

/** One field's part of a segment's `numbers`; `words` are each tool's. */
function fieldNumbers(words: readonly (readonly number[])[], wordCount: number): number[][] {
  const matches = Array.from({ length: wordCount }, (): number[] => []);
  for (const [tool, places] of words.entries()) {
    for (const place of places) matches[place]?.push(tool);
  }
  return [
    startsOf(matches.map(({ length }) => length)),
    words.map(({ length }) => length),
    matches.flat(),
  ];
}

function startsOf(lengths: readonly number[]): number[] {
  let start = 0;
  return [0, ...lengths.map((length) => (start += length))];
}

function joined(parts: readonly (readonly number[])[]): Uint32Array {
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
