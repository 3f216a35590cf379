import type { EmbeddingsSettings } from "../../config/config.ts";
import { EndpointError } from "./endpoint.ts";
import { parseVector } from "./vector.ts";

/** Which side of a search a text stands on: many models embed the two differently. */
export type EmbeddingPurpose = "document" | "query";

export interface EmbedOptions {
  readonly purpose: EmbeddingPurpose;
  readonly signal: AbortSignal;
}

/** Turns texts into vectors. */
export interface Embedder {
  readonly host: string;
  /** Vectors are comparable only when this is equal. */
  readonly space: string;
  /** The texts' vectors in their order, each of length 1. Throws EndpointError, or the signal's reason. */
  embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]>;
}

/** Vectors of 8,192 numbers for a batch fit in; no honest answer is longer. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export function spaceOf({ provider, baseUrl, model, dimensions }: EmbeddingsSettings): string {
  return JSON.stringify([provider, baseUrl.href, model, dimensions]);
}

/** The vectors of an answer to `count` texts; throws EndpointError when one of them cannot be used. */
export function parseVectors(
  raw: readonly unknown[],
  { count, settings }: { count: number; settings: EmbeddingsSettings },
): Float32Array[] {
  const { host } = settings.baseUrl;
  if (raw.length !== count) {
    throw new EndpointError(`${host} answered ${count} texts with ${raw.length} vectors`);
  }
  const vectors = raw.map(parseVector).filter((vector) => vector !== undefined);
  if (vectors.length < count) {
    throw new EndpointError(`${host} answered with a vector that is not one of numbers`);
  }
  const expected = settings.dimensions ?? vectors[0]?.length;
  const other = vectors.find(({ length }) => length !== expected);
  if (other === undefined) return vectors;
  throw new EndpointError(
    `${host} answered with a vector of ${other.length} numbers where ${expected} were expected`,
  );
}
