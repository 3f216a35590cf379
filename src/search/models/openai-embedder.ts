import type { EmbeddingsSettings } from "../../config/config.ts";
import { isRecord } from "../../core/tool.ts";
import {
  type Embedder,
  type EmbedOptions,
  MAX_ANSWER_BYTES,
  parseVectors,
  spaceOf,
} from "./embedder.ts";
import { EndpointError, endpointUrl, postJson } from "./endpoint.ts";
import { withTaskPrefix } from "./task-prefix.ts";

/** `POST /embeddings` as OpenAI has it, and with it Ollama, LM Studio and many more. */
export class OpenAiEmbedder implements Embedder {
  readonly host: string;
  readonly space: string;
  readonly #settings: EmbeddingsSettings;

  constructor(settings: EmbeddingsSettings) {
    this.host = settings.baseUrl.host;
    this.space = spaceOf(settings);
    this.#settings = settings;
  }

  async embed(
    texts: readonly string[],
    { purpose, signal }: EmbedOptions,
  ): Promise<Float32Array[]> {
    const { baseUrl, model, apiKey, dimensions } = this.#settings;
    const input = texts.map((text) => withTaskPrefix(text, { model, purpose }));
    const answer = await postJson({
      url: endpointUrl(baseUrl, "embeddings"),
      headers: apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` },
      body: { model, input, ...(dimensions !== undefined && { dimensions }) },
      signal,
      maxBytes: MAX_ANSWER_BYTES,
    });
    const vectors = inOrder(answer, baseUrl);
    return parseVectors(vectors, { count: texts.length, settings: this.#settings });
  }
}

/** Each entry says which text it is for; servers that leave this out keep the order. */
function inOrder(answer: unknown, { host }: URL): unknown[] {
  if (!isRecord(answer) || !Array.isArray(answer.data)) {
    throw new EndpointError(`${host} did not answer with embeddings`);
  }
  const vectors: unknown[] = Array.from({ length: answer.data.length });
  for (const [position, entry] of answer.data.entries()) {
    const { index = position, embedding } = isRecord(entry) ? entry : {};
    // An index out of place leaves a hole, which is no vector.
    if (typeof index === "number" && index in vectors) vectors[index] = embedding;
  }
  return vectors;
}
