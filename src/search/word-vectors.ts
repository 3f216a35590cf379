/** How many numbers a vector has. */
export const DIMENSIONS = 64;

/**
 * What words mean, as static vectors: the sums over two texts that mean the same point the same way. Made
 * by scripts/embeddings. The file: five numbers of 32 bits (the magic, a checksum that tells one training
 * from another, how many words, how many dimensions, how many bytes of words); where each word starts, with
 * one end more (32 bits); a scale for each (32 bits); the words, in rising order of their bytes, ASCII; the
 * vectors (8 bits a number). Nothing is unpacked: a word is found by halving.
 */
export class WordVectors {
  readonly #starts: Uint32Array;
  readonly #scales: Float32Array;
  readonly #letters: Uint8Array;
  readonly #vectors: Int8Array;
  /** Texts repeat a few thousand words. */
  readonly #known = new Map<string, number>();

  /** Throws when the bytes are no such file. */
  constructor(bytes: ArrayBuffer) {
    const { count, letters } = readHeader(bytes);
    let at = HEADER_BYTES;
    this.#starts = new Uint32Array(bytes, at, count + 1);
    this.#scales = new Float32Array(bytes, (at += 4 * (count + 1)), count);
    this.#letters = new Uint8Array(bytes, (at += 4 * count), letters);
    this.#vectors = new Int8Array(bytes, at + letters, count * DIMENSIONS);
  }

  has(stem: string): boolean {
    return this.placeOf(stem) >= 0;
  }

  words(): string[] {
    const text = new TextDecoder().decode(this.#letters);
    return Array.from(this.#scales, (_, place) =>
      text.slice(this.#starts[place], this.#starts[place + 1]),
    );
  }

  /** Adds a word's vector, times a weight; a word that has none adds nothing. */
  add(sum: Float32Array, stem: string, weight: number): void {
    this.addAt(sum, this.placeOf(stem), weight);
  }

  /** Adds the vector of a place, times a weight; that of -1 adds nothing. */
  addAt(sum: Float32Array, place: number, weight: number): void {
    if (place < 0) return;
    const scale = weight * (this.#scales[place] ?? 0);
    const start = place * DIMENSIONS;
    for (let at = 0; at < DIMENSIONS; at++) {
      sum[at] = (sum[at] ?? 0) + scale * (this.#vectors[start + at] ?? 0);
    }
  }

  /** A number that stands for a word, or -1. */
  placeOf(word: string): number {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    const place = this.#search(word);
    this.#known.set(word, place);
    return place;
  }

  #search(word: string): number {
    let low = 0;
    let high = this.#scales.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, word);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** Below 0 when the word of a place comes before the other. */
  #compare(place: number, word: string): number {
    const start = this.#starts[place] ?? 0;
    const length = (this.#starts[place + 1] ?? 0) - start;
    for (let at = 0; at < Math.min(length, word.length); at++) {
      const order = (this.#letters[start + at] ?? 0) - word.charCodeAt(at);
      if (order !== 0) return order;
    }
    return length - word.length;
  }
}

const MAGIC = 0x6d7a7632;
export const HEADER_BYTES = 20;
const MAX_KNOWN = 20_000;

/** Tells one training from another; the file's header is enough. */
export function vectorsVersion(bytes: ArrayBuffer): string {
  return readHeader(bytes).checksum.toString(36);
}

function readHeader(bytes: ArrayBuffer) {
  const numbers = new Uint32Array(bytes.slice(0, HEADER_BYTES));
  const [magic, checksum = 0, count = 0, dimensions, letters = 0] = numbers;
  if (magic !== MAGIC || dimensions !== DIMENSIONS) throw new Error("are no word vectors");
  return { checksum, count, letters };
}

/** The file of the vectors of these words, row by row. */
export function encodeWordVectors(words: readonly string[], rows: Float32Array): Uint8Array {
  const order = words.map((_, place) => place).toSorted((a, b) => compare(words[a], words[b]));
  const letters = new TextEncoder().encode(order.map((place) => words[place]).join(""));
  const starts = new Uint32Array(words.length + 1);
  const scales = new Float32Array(words.length);
  const vectors = new Int8Array(rows.length);
  for (const [at, place] of order.entries()) {
    starts[at + 1] = (starts[at] ?? 0) + (words[place]?.length ?? 0);
    const row = rows.subarray(place * DIMENSIONS, (place + 1) * DIMENSIONS);
    const scale = Math.max(...row.map(Math.abs)) / 127;
    scales[at] = scale;
    const rounded = row.map((number) => Math.round(number / (scale || 1)));
    vectors.set(rounded, at * DIMENSIONS);
  }
  const body = [starts, scales, letters, vectors].map((part) => new Uint8Array(part.buffer));
  const checksum = body.reduce((check, bytes) => Bun.hash.crc32(bytes, check), 0);
  const header = new Uint32Array([MAGIC, checksum, words.length, DIMENSIONS, letters.length]);
  return new Uint8Array(Bun.concatArrayBuffers([new Uint8Array(header.buffer), ...body]));
}

function compare(one = "", other = ""): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Makes a sum a direction: its length becomes 1, unless it is nothing. */
export function normalize(vector: Float32Array): Float32Array {
  let square = 0;
  for (const number of vector) square += number * number;
  const length = Math.sqrt(square);
  return length > 1e-9 ? vector.map((number) => number / length) : vector;
}
