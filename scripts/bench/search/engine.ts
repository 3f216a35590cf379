import type { CatalogTool } from "../../../src/core/tool.ts";

/** Finds tools for a request; the qualified names, best first. */
export type Search = (request: string, limit: number) => Promise<string[]>;

/** A way to search tools, to be compared with others. */
export interface Engine {
  /** Indexes tools that it has not seen before, and keeps the index in `file` if there is one and it can. */
  build(tools: readonly CatalogTool[], file?: string): Promise<Search>;
  /** Takes up what `build` has kept; undefined when it keeps nothing. */
  readonly restore: ((file: string) => Promise<Search>) | undefined;
}

export const ENGINE_NAMES = ["orama", "bm25", "ours"] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export const ENGINE_TITLES: Readonly<Record<EngineName, string>> = {
  orama: "Orama as it comes",
  bm25: "plain BM25",
  ours: "ours",
};

/** Loads one engine only, so that a process that measures it holds nothing of the others. */
export async function loadEngine(name: EngineName): Promise<Engine> {
  switch (name) {
    case "orama":
      return (await import("./orama-engine.ts")).ORAMA;
    case "bm25":
      return (await import("./bm25-engine.ts")).BM25;
    case "ours":
      return (await import("./our-engine.ts")).OURS;
  }
}
