import type { ToolIndex } from "./tool-index.ts";

/** What the nearest tool is worth; the farthest is worth nothing. Models differ in what cosines they give. */
const NEAREST = 0.9;

/** What a model says of how near each tool is to a request, on the scale of our own vectors. */
export class Similarities {
  /** By a tool's number; NaN where the model has not seen it. */
  readonly #cosines: Float32Array;

  /** `cosines` are by qualified name. */
  constructor(cosines: ReadonlyMap<string, number>, { ids }: ToolIndex) {
    const raw = Float32Array.from(ids, (id) => cosines.get(id) ?? Number.NaN);
    const known = raw.filter((cosine) => !Number.isNaN(cosine));
    const least = known.reduce((low, cosine) => Math.min(low, cosine), Infinity);
    const most = known.reduce((high, cosine) => Math.max(high, cosine), -Infinity);
    this.#cosines = raw.map((cosine) => (NEAREST * (cosine - least)) / (most - least || 1));
  }

  /** Undefined for a tool that the model has not seen. */
  of(tool: number): number | undefined {
    const cosine = this.#cosines[tool] ?? Number.NaN;
    return Number.isNaN(cosine) ? undefined : cosine;
  }

  /** The nearest tools, nearest first. */
  nearest(most: number): number[] {
    const seen = [...this.#cosines.keys()].filter((tool) => this.of(tool) !== undefined);
    return seen
      .toSorted((a, b) => (this.#cosines[b] ?? 0) - (this.#cosines[a] ?? 0))
      .slice(0, most);
  }
}
