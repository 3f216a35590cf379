import type { Config, EmbeddingsSettings } from "../../config/config.ts";
import type { Log } from "../../platform/log.ts";
import type { Paths } from "../../platform/paths.ts";
import type { Embedder } from "./embedder.ts";
import type { Reranker } from "./rerank.ts";
import type { ToolEmbeddings } from "./tool-embeddings.ts";

/** What the search has beyond this machine, or beyond mcpzip; each only where the configuration asks for it. */
export interface Tiers {
  readonly embeddings: ToolEmbeddings | undefined;
  readonly reranker: Reranker | undefined;
}

export interface TierOptions {
  readonly paths: Pick<Paths, "searchVectorsFile">;
  readonly log: Log;
}

/** Loads nothing that is not asked for. */
export async function createTiers({ search }: Config, options: TierOptions): Promise<Tiers> {
  const { embeddings, rerank } = search;
  return {
    embeddings: embeddings && (await createEmbeddings(embeddings, options)),
    reranker: rerank && (await createReranker(rerank, options)),
  };
}

async function createEmbeddings(
  settings: EmbeddingsSettings,
  { paths, log }: TierOptions,
): Promise<ToolEmbeddings> {
  const [{ ToolEmbeddings }, { VectorStore }, embedder] = await Promise.all([
    import("./tool-embeddings.ts"),
    import("./vector-store.ts"),
    createEmbedder(settings),
  ]);
  const store = new VectorStore(paths.searchVectorsFile, { log });
  return new ToolEmbeddings({ embedder, store, log });
}

async function createEmbedder(settings: EmbeddingsSettings): Promise<Embedder> {
  switch (settings.provider) {
    case "openai": {
      const { OpenAiEmbedder } = await import("./openai-embedder.ts");
      return new OpenAiEmbedder(settings);
    }
    case "gemini": {
      const { GeminiEmbedder } = await import("./gemini-embedder.ts");
      return new GeminiEmbedder(settings);
    }
    default:
      return settings.provider satisfies never;
  }
}

async function createReranker(
  model: NonNullable<Config["search"]["rerank"]>,
  { log }: TierOptions,
): Promise<Reranker> {
  const { Reranker } = await import("./rerank.ts");
  return new Reranker(model, { log });
}
