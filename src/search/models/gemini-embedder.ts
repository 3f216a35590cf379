import type { EmbeddingsSettings } from "../../config/config.ts";
import { isRecord } from "../../core/tool.ts";
import {
  type Embedder,
  type EmbedOptions,
  MAX_ANSWER_BYTES,
  parseVectors,
  spaceOf,
} from "./embedder.ts";
import { EndpointError } from "./endpoint.ts";
import { modelName, postGemini } from "./gemini-api.ts";
import { withTaskPrefix } from "./task-prefix.ts";

const TASK_TYPES = { document: "RETRIEVAL_DOCUMENT", query: "RETRIEVAL_QUERY" } as const;

/** Gemini's own `batchEmbedContents` (ai.google.dev/api/embeddings). */
export class GeminiEmbedder implements Embedder {
  readonly host: string;
  readonly space: string;
  readonly #settings: EmbeddingsSettings;

  constructor(settings: EmbeddingsSettings) {
    this.host = settings.baseUrl.host;
    this.space = spaceOf(settings);
    this.#settings = settings;
  }

  async embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> {
    const { signal } = options;
    const answer = await postGemini(this.#settings, {
      method: "batchEmbedContents",
      body: { requests: texts.map((text) => this.#request(text, options)) },
      signal,
      maxBytes: MAX_ANSWER_BYTES,
    });
    if (!isRecord(answer) || !Array.isArray(answer.embeddings)) {
      throw new EndpointError(`${this.host} did not answer with embeddings`);
    }
    const vectors = answer.embeddings.map((entry) => (isRecord(entry) ? entry.values : undefined));
    return parseVectors(vectors, { count: texts.length, settings: this.#settings });
  }

  #request(text: string, { purpose }: EmbedOptions) {
    const { model, dimensions } = this.#settings;
    const prefixed = withTaskPrefix(text, { model, purpose });
    return {
      model: `models/${modelName(model)}`,
      content: { parts: [{ text: prefixed }] },
      // The models that read the purpose in the text do not take the field.
      ...(prefixed === text && { taskType: TASK_TYPES[purpose] }),
      ...(dimensions !== undefined && { outputDimensionality: dimensions }),
    };
  }
}
