import type { ToolIndex } from "./tool-index.ts";
import { DIMENSIONS } from "./word-vectors.ts";

export interface NearTool {
  readonly tool: number;
  readonly cosine: number;
}

/** Tools that are nearest by meaning alone. */
const MOST = 200;

/** The tools whose meaning is nearest, nearest first; none for a request that means nothing. */
export function nearestTools({ ids, vectors }: ToolIndex, meaning: ArrayLike<number>): NearTool[] {
  const wanted = Float32Array.from(meaning);
  if (wanted.every((number) => number === 0)) return [];
  const cosines = new Float32Array(ids.length);
  for (let tool = 0; tool < cosines.length; tool++) {
    let sum = 0;
    const start = tool * DIMENSIONS;
    for (let at = 0; at < DIMENSIONS; at++) sum += (wanted[at] ?? 0) * (vectors[start + at] ?? 0);
    cosines[tool] = sum / 127;
  }
  const least = cosines.length > MOST ? (cosines.toSorted().at(-MOST) ?? 0) : -1;
  const near: NearTool[] = [];
  for (let tool = 0; tool < cosines.length; tool++) {
    const cosine = cosines[tool] ?? 0;
    if (cosine >= least) near.push({ tool, cosine });
  }
  return near.toSorted((a, b) => b.cosine - a.cosine).slice(0, MOST);
}
