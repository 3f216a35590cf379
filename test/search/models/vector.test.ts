import { describe, expect, test } from "bun:test";
import { cosine, parseVector, toBytes, toStoredVector } from "../../../src/search/models/vector.ts";

function unit(values: readonly number[]): Float32Array {
  const vector = parseVector(values);
  if (vector === undefined) throw new Error("no vector");
  return vector;
}

/** Numbers that look random and are the same in every run. */
function noise(seed: number, length: number): number[] {
  let state = seed;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 30 - 1;
  });
}

test("a vector in bytes has nearly the same cosine with any other", () => {
  for (const length of [2, 64, 768, 3072]) {
    const query = unit(noise(1, length));
    const document = unit(noise(2, length).map((value, at) => value + (query[at] ?? 0) * 20));
    const stored = toStoredVector(toBytes(document));
    if (stored === undefined) throw new Error("no vector");
    const exact = query.reduce((sum, value, at) => sum + value * (document[at] ?? 0), 0);
    expect(Math.abs(cosine(query, stored) - exact)).toBeLessThan(length === 2 ? 0.005 : 0.002);
  }
});

describe("no vector are", () => {
  test.each([
    ["nothing", undefined],
    ["an empty one", { it: [] }.it],
    ["zeros", { it: [0, 0] }.it],
    ["infinity", { it: [1, Infinity] }.it],
    ["NaN", { it: [1, NaN] }.it],
    ["large numbers", { it: [1e200] }.it],
    ["texts", { it: ["1"] }.it],
    ["too many", { it: Array.from({ length: 8193 }, () => 1) }.it],
  ])("%s", (_, values) => {
    expect(parseVector(values)).toBeUndefined();
  });

  test("bytes of zero", () => {
    expect(toStoredVector(new Int8Array(4))).toBeUndefined();
    expect(toStoredVector(new Int8Array(0))).toBeUndefined();
  });
});
