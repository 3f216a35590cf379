import { HEADER_BYTES, vectorsVersion, WordVectors } from "./word-vectors.ts";
import path from "./word-vectors.bin" with { type: "file" };

/** The vectors that are built into the program; half a megabyte. */
export async function loadWordVectors(): Promise<WordVectors> {
  return new WordVectors(await Bun.file(path).arrayBuffer());
}

/** Tells one training from another, without reading the vectors. */
export async function loadVectorsVersion(): Promise<string> {
  return vectorsVersion(await Bun.file(path).slice(0, HEADER_BYTES).arrayBuffer());
}
