import type { EmbeddingsSettings } from "../../../src/config/config.ts";

export interface SeenRequest {
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

type Answer = (seen: SeenRequest, signal: AbortSignal) => Response | Promise<Response>;

export const KEY = "k3y-s3cret";

/** A model's endpoint on loopback that keeps what it was sent, and answers as it is told. */
export class ModelEndpoint implements AsyncDisposable {
  readonly seen: SeenRequest[] = [];
  answer: Answer;
  readonly #server: Bun.Server<undefined>;

  constructor(answer: Answer) {
    this.answer = answer;
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      idleTimeout: 0,
      fetch: async (request) => {
        const { pathname, search } = new URL(request.url);
        const body: unknown = await request.json();
        const seen = { path: pathname + search, headers: new Headers(request.headers), body };
        this.seen.push(seen);
        return this.answer(seen, request.signal);
      },
    });
  }

  get host(): string {
    return `127.0.0.1:${this.#server.port}`;
  }

  url(path = ""): URL {
    return new URL(path, `http://${this.host}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}

/** The settings of an endpoint that speaks OpenAI's API. */
export function settingsFor(
  endpoint: ModelEndpoint,
  changed: Partial<EmbeddingsSettings> = {},
): EmbeddingsSettings {
  const baseUrl = endpoint.url("/v1");
  return {
    provider: "openai",
    baseUrl,
    model: "test-model",
    apiKey: KEY,
    dimensions: undefined,
    ...changed,
  };
}

/** As OpenAI answers, with vectors in which each word counts for one of the numbers. */
export function openAiAnswer(seen: SeenRequest): Response {
  return answerOf(seen, 32);
}

/** The same with so many numbers in each vector. */
export function answerOf({ body }: SeenRequest, length: number): Response {
  const vectors = inputOf(body).map((text) => wordVector(text, length));
  return Response.json({
    object: "list",
    data: vectors.map((embedding, index) => ({ object: "embedding", index, embedding })),
    model: "test-model",
    usage: { prompt_tokens: 1, total_tokens: 1 },
  });
}

/** The texts of a request to embed. */
export function inputOf(body: unknown): string[] {
  const { input } = body as { input: string[] }; // as: a fixture trusts its caller
  return input;
}

export function wordVector(text: string, length: number): number[] {
  const vector = Array.from({ length }, () => 0.01);
  for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
    const at = Number(Bun.hash(word) % BigInt(length));
    vector[at] = (vector[at] ?? 0) + 1;
  }
  return vector;
}

/** An answer that never comes; ends with the request. */
export function hang(_seen: SeenRequest, signal: AbortSignal): Promise<Response> {
  const { promise, resolve } = Promise.withResolvers<Response>();
  signal.addEventListener("abort", () => resolve(new Response(null)), { once: true });
  return promise;
}
