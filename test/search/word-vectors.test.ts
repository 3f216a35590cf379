import { describe, expect, test } from "bun:test";
import {
  DIMENSIONS,
  encodeWordVectors,
  normalize,
  vectorsVersion,
  WordVectors,
} from "../../src/search/word-vectors.ts";
import { loadVectorsVersion, loadWordVectors } from "../../src/search/word-vectors-file.ts";

const WORDS = ["zebra", "issue", "a", "ab", "abc", "b", "constructor", "issues"];

/** A row that points mostly where its number says. */
function rowsOf(count: number): Float32Array {
  const rows = new Float32Array(count * DIMENSIONS);
  for (let at = 0; at < rows.length; at++) rows[at] = Math.sin(at * 12.9898) / (1 + (at % 7));
  return rows;
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer; // as: slice() has copied it into one of its own
}

function vectorOf(vectors: WordVectors, word: string): Float32Array {
  const sum = new Float32Array(DIMENSIONS);
  vectors.add(sum, word, 1);
  return sum;
}

const rows = rowsOf(WORDS.length);
const file = bufferOf(encodeWordVectors(WORDS, rows));

describe("encoded vectors", () => {
  const vectors = new WordVectors(file);

  test.each([...WORDS.entries()])("%d, of %s, are what they were but for rounding", (at, word) => {
    const row = rows.subarray(at * DIMENSIONS, (at + 1) * DIMENSIONS);
    const most = Math.max(...row.map(Math.abs));
    const difference = vectorOf(vectors, word).map((number, place) => number - (row[place] ?? 0));
    expect(Math.max(...difference.map(Math.abs))).toBeLessThanOrEqual((0.51 * most) / 127);
  });

  test("have their words in order", () => {
    expect(vectors.words()).toEqual(WORDS.toSorted());
  });

  test.each(["", "c", "issu", "issuess", "A", "aé", "天气", "__proto__", "zzz", "\u0000"])(
    "have none for %j",
    (word) => {
      expect(vectors.has(word)).toBeFalse();
      expect(vectorOf(vectors, word)).toEqual(new Float32Array(DIMENSIONS));
    },
  );

  test("are added times a weight to what is there", () => {
    const sum = vectorOf(vectors, "issue");
    vectors.add(sum, "issue", 2);
    const once = vectorOf(vectors, "issue");
    expect(sum[5]).toBeCloseTo(3 * (once[5] ?? 0), 5);
  });

  test("of nothing but zeros stay zeros", () => {
    const zeros = bufferOf(encodeWordVectors(["nil"], new Float32Array(DIMENSIONS)));
    expect(vectorOf(new WordVectors(zeros), "nil")).toEqual(new Float32Array(DIMENSIONS));
  });
});

describe("the version", () => {
  test("is the same for the same training, and read off the header", () => {
    expect(vectorsVersion(bufferOf(encodeWordVectors(WORDS, rows)))).toBe(vectorsVersion(file));
    expect(vectorsVersion(file.slice(0, 20))).toBe(vectorsVersion(file));
  });

  test("is another when a word or a number is", () => {
    const other = rows.slice();
    other[3] = 9;
    const words = WORDS.with(0, "zebru");
    for (const changed of [encodeWordVectors(WORDS, other), encodeWordVectors(words, rows)]) {
      expect(vectorsVersion(bufferOf(changed))).not.toBe(vectorsVersion(file));
    }
  });
});

test.each<[string, ArrayBuffer]>([
  ["nothing", new ArrayBuffer(0)],
  ["a text", bufferOf(new TextEncoder().encode("not vectors, but long enough a text"))],
  ["zeros", new ArrayBuffer(4096)],
  ["half a file", file.slice(0, file.byteLength / 2)],
])("%s is refused", (_, bytes) => {
  expect(() => new WordVectors(bytes)).toThrow();
});

describe("the vectors that are built in", () => {
  test("have every word that they list", async () => {
    const vectors = await loadWordVectors();
    const words = vectors.words();
    expect(words.length).toBeGreaterThan(1000);
    expect(words.filter((word) => !vectors.has(word))).toEqual([]);
    expect(words.filter((word) => vectors.has(`${word}\u0001`))).toEqual([]);
    expect(words).toEqual(words.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  test("are found when more words are asked for than are remembered", async () => {
    const vectors = await loadWordVectors();
    for (let at = 0; at < 50_000; at++) expect(vectors.has(`no such word ${at}`)).toBeFalse();
    const [word = ""] = vectors.words();
    expect(vectors.has(word)).toBeTrue();
  });

  test("tell their version without being read", async () => {
    expect(await loadVectorsVersion()).toMatch(/^[0-9a-z]+$/);
  });
});

test("a sum becomes a direction, and nothing stays nothing", () => {
  const direction = normalize(Float32Array.from([3, 4]));
  expect([...direction].map((number) => number.toFixed(3))).toEqual(["0.600", "0.800"]);
  expect(normalize(new Float32Array(2))).toEqual(new Float32Array(2));
});
