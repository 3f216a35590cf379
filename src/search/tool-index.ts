import { isReadOnly } from "./actions.ts";
import { nameKey } from "./name-key.ts";
import { hashOf, type Segment } from "./segment.ts";
import { FIELDS } from "./tool-words.ts";
import { DIMENSIONS } from "./word-vectors.ts";

export interface IndexField {
  /** How many words the tool of each number has. */
  readonly lengths: Uint32Array;
  readonly averageLength: number;
  /** The numbers of the tools that have this very word, rising. */
  find(word: string): Uint32Array;
}

/** What is known of one word, looked up in all segments once. */
interface WordEntry {
  readonly frequency: number;
  /** By segment, where it has the word. */
  readonly places: readonly { readonly segment: number; readonly place: number }[];
  /** By field, as far as they were asked for. */
  readonly tools: (Uint32Array | undefined)[];
}

const NONE = new Uint32Array();
const BRAND_SHARE = 0.6;
/** Words that are kept looked up; requests repeat the same few. */
const MAX_ENTRIES = 5000;

/** The servers' segments as one: tools are numbered through, from 0. Never changed; a new one is cheap. */
export class ToolIndex {
  readonly #segments: readonly Segment[];
  /** The number of each segment's first tool. */
  readonly #starts: readonly number[];
  readonly #entries = new Map<string, WordEntry>();
  /** How many tools the servers have whose names hold a word. */
  readonly #toolsByServerWord = new Map<string, number>();
  readonly ids: readonly string[];
  readonly fields: readonly IndexField[];
  readonly traits: Uint32Array;
  /** One row of `DIMENSIONS` for each tool. */
  readonly vectors: Int8Array;

  constructor(segments: readonly Segment[]) {
    this.#segments = segments;
    let start = 0;
    this.#starts = segments.map(({ ids }) => (start += ids.length) - ids.length);
    this.ids = segments.flatMap(({ ids }) => ids);
    this.fields = FIELDS.map((_, field) => this.#field(field));
    this.traits = new Uint32Array(start);
    this.vectors = new Int8Array(start * DIMENSIONS);
    for (const [at, { traits, parts, serverWords, ids }] of segments.entries()) {
      this.traits.set(traits, this.#starts[at]);
      this.vectors.set(parts.vectors, (this.#starts[at] ?? 0) * DIMENSIONS);
      for (const word of serverWords) {
        const tools = this.#toolsByServerWord.get(word) ?? 0;
        this.#toolsByServerWord.set(word, tools + ids.length);
      }
    }
  }

  get size(): number {
    return this.ids.length;
  }

  /** In how many tools a word stands. */
  frequency(word: string): number {
    return this.#entry(word).frequency;
  }

  /** The fewer tools have a word, the more it tells (the idf of BM25). */
  rarity(word: string): number {
    const frequency = this.frequency(word);
    return Math.log(1 + (this.size - frequency + 0.5) / (frequency + 0.5));
  }

  has(word: string): boolean {
    return this.frequency(word) > 0;
  }

  /** Every word of every tool; one that several servers have comes several times. */
  *words(): Iterable<string> {
    for (const segment of this.#segments) yield* segment.wordList();
  }

  isReadOnly(tool: number): boolean {
    return isReadOnly(this.traits[tool] ?? 0);
  }

  /** The tools that are called so, with or without their server. */
  named(text: string): number[] {
    const key = nameKey(text);
    const hash = hashOf(key);
    return this.#segments.flatMap((segment, at) =>
      segment.named(key, hash).map((tool) => tool + (this.#starts[at] ?? 0)),
    );
  }

  nameWords(tool: number): readonly string[] {
    const at = this.#segmentOf(tool);
    return this.#segments[at]?.nameWords(tool - (this.#starts[at] ?? 0)) ?? [];
  }

  /** The words of the name of a tool's server. */
  serverWords(tool: number): ReadonlySet<string> {
    return this.#segments[this.#segmentOf(tool)]?.serverWords ?? new Set();
  }

  /**
   * Whether a word of a server's name stands for that server: most tools that have it are the server's.
   * `github` does, the `time` of a clock server does not.
   */
  isBrand(word: string): boolean {
    const tools = this.#toolsByServerWord.get(word);
    return tools !== undefined && tools > this.frequency(word) * BRAND_SHARE;
  }

  #segmentOf(tool: number): number {
    return this.#starts.findLastIndex((start) => start <= tool);
  }

  #field(at: number): IndexField {
    const lengths = new Uint32Array(this.ids.length);
    for (const [segment, { fields }] of this.#segments.entries()) {
      lengths.set(fields[at]?.lengths ?? NONE, this.#starts[segment]);
    }
    let total = 0;
    for (const length of lengths) total += length;
    return {
      lengths,
      averageLength: total / Math.max(1, lengths.length),
      find: (word) => this.#find(word, at),
    };
  }

  #entry(word: string): WordEntry {
    const known = this.#entries.get(word);
    if (known !== undefined) return known;
    const hash = hashOf(word);
    let frequency = 0;
    const places: { readonly segment: number; readonly place: number }[] = [];
    for (const [segment, each] of this.#segments.entries()) {
      const place = each.placeOf(word, hash);
      if (place < 0) continue;
      frequency += each.frequency(place);
      places.push({ segment, place });
    }
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    const entry = { frequency, places, tools: [] };
    this.#entries.set(word, entry);
    return entry;
  }

  #find(word: string, field: number): Uint32Array {
    const { places, tools } = this.#entry(word);
    if (places.length === 0) return NONE;
    return (tools[field] ??= this.#findAnew(places, field));
  }

  #findAnew(places: WordEntry["places"], field: number): Uint32Array {
    const found = places.map(({ segment, place }) => ({
      start: this.#starts[segment] ?? 0,
      tools: this.#segments[segment]?.fields[field]?.matches(place) ?? NONE,
    }));
    const whole = new Uint32Array(found.reduce((sum, { tools }) => sum + tools.length, 0));
    let at = 0;
    for (const { start, tools } of found) for (const tool of tools) whole[at++] = start + tool;
    return whole;
  }
}
