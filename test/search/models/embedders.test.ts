import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { EmbeddingsSettings } from "../../../src/config/config.ts";
import type { EmbeddingPurpose } from "../../../src/search/models/embedder.ts";
import { EndpointError } from "../../../src/search/models/endpoint.ts";
import { GeminiEmbedder } from "../../../src/search/models/gemini-embedder.ts";
import { OpenAiEmbedder } from "../../../src/search/models/openai-embedder.ts";
import { TEST_TIMEOUT_MS } from "../../fixtures/poll.ts";
import { KEY, ModelEndpoint, settingsFor } from "./model-endpoint.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const { signal } = new AbortController();
let endpoint: ModelEndpoint;

beforeEach(() => {
  endpoint = new ModelEndpoint(() => new Response("", { status: 500 }));
});

afterEach(() => endpoint[Symbol.asyncDispose]());

/** Each API in its own words: how two vectors are answered, and who asks for them. */
const APIS = {
  openai: {
    Embedder: OpenAiEmbedder,
    answer: (vectors: readonly unknown[]) => ({
      data: vectors.map((embedding, index) => ({ index, embedding })),
    }),
  },
  gemini: {
    Embedder: GeminiEmbedder,
    answer: (vectors: readonly unknown[]) => ({
      embeddings: vectors.map((values) => ({ values })),
    }),
  },
};

function embed(
  provider: EmbeddingsSettings["provider"],
  options: Partial<EmbeddingsSettings> & { purpose?: EmbeddingPurpose; texts?: string[] } = {},
): Promise<Float32Array[]> {
  const { purpose = "document", texts = ["one", "two"], ...changed } = options;
  const settings = settingsFor(endpoint, { provider, ...changed });
  return new APIS[provider].Embedder(settings).embed(texts, { purpose, signal });
}

describe.each(["openai", "gemini"] as const)("an endpoint of the kind %s", (provider) => {
  const { answer } = APIS[provider];

  test("gives vectors of length 1, in the order of the texts", async () => {
    endpoint.answer = () =>
      Response.json(
        answer([
          [3, 4],
          [0, -2],
        ]),
      );
    const vectors = await embed(provider);
    expect(vectors.map((vector) => [...vector].map((value) => value.toFixed(2)))).toEqual([
      ["0.60", "0.80"],
      ["0.00", "-1.00"],
    ]);
  });

  test.each([
    ["fewer vectors than texts", [[1, 2]]],
    ["more vectors than texts", [[1], [1], [1]]],
    ["lengths that differ", [[1, 2], [1]]],
    [
      "a text for a number",
      [
        [1, 2],
        [1, "2"],
      ],
    ],
    [
      "no number",
      [
        [1, 2],
        [1, null],
      ],
    ],
    [
      "zeros alone",
      [
        [1, 2],
        [0, 0],
      ],
    ],
    ["nothing in it", [[1, 2], []]],
    [
      "numbers that overflow",
      [
        [1, 2],
        [1e300, 1],
      ],
    ],
    ["text for vectors", ["AAAA", "AAAA"]],
    ["too many numbers", [[1, 2], Array.from({ length: 8193 }, () => 1)]],
  ])("is not believed with %s", async (_, vectors) => {
    endpoint.answer = () => Response.json(answer(vectors));
    await expect(embed(provider)).rejects.toThrow(EndpointError);
  });

  test.each(["null", "[]", "{}", '{"data":{}}', '{"embeddings":1}', '"x"'])(
    "is not believed with %s",
    async (text) => {
      endpoint.answer = () => new Response(text);
      await expect(embed(provider)).rejects.toThrow(
        `${endpoint.host} did not answer with embeddings`,
      );
    },
  );

  test("is not believed with other dimensions than it was asked for", async () => {
    endpoint.answer = () =>
      Response.json(
        answer([
          [1, 2, 3],
          [1, 2, 3],
        ]),
      );
    await expect(embed(provider, { dimensions: 2 })).rejects.toThrow(
      `${endpoint.host} answered with a vector of 3 numbers where 2 were expected`,
    );
  });

  test("needs no key", async () => {
    endpoint.answer = () => Response.json(answer([[1], [1]]));
    await embed(provider, { apiKey: undefined });
    const names = [...(endpoint.seen[0]?.headers.keys() ?? [])];
    expect(names).not.toContain("authorization");
    expect(names).not.toContain("x-goog-api-key");
  });
});

describe("what is sent to an endpoint of OpenAI's kind", () => {
  beforeEach(() => {
    endpoint.answer = () => Response.json(APIS.openai.answer([[1], [1]]));
  });

  test("is the model and the texts, with the key in a header", async () => {
    await embed("openai");
    const [seen] = endpoint.seen;
    expect(seen?.path).toBe("/v1/embeddings");
    expect(seen?.body).toEqual({ model: "test-model", input: ["one", "two"] });
    expect(seen?.headers.get("authorization")).toBe(`Bearer ${KEY}`);
  });

  test("is also the number of dimensions, where one is configured", async () => {
    await embed("openai", { dimensions: 1 });
    expect(endpoint.seen[0]?.body).toEqual({
      model: "test-model",
      input: ["one", "two"],
      dimensions: 1,
    });
  });

  test.each([
    ["nomic-embed-text:latest", "search_document: a", "search_query: a"],
    ["text-embedding-nomic-embed-text-v1.5", "search_document: a", "search_query: a"],
    ["embeddinggemma", "title: none | text: a", "task: search result | query: a"],
    ["mxbai-embed-large", "a", "Represent this sentence for searching relevant passages: a"],
    ["multilingual-e5-large", "passage: a", "query: a"],
    ["text-embedding-3-small", "a", "a"],
  ])("says what the text is for, as %s was trained", async (model, document, query) => {
    endpoint.answer = () => Response.json(APIS.openai.answer([[1]]));
    await embed("openai", { model, texts: ["a"] });
    await embed("openai", { model, texts: ["a"], purpose: "query" });
    const inputs = endpoint.seen.map(({ body }) => body);
    expect(inputs).toEqual([
      { model, input: [document] },
      { model, input: [query] },
    ]);
  });

  test("comes back in any order, with or without saying which is which", async () => {
    const one = { embedding: [1, 0] };
    const two = { embedding: [0, 1] };
    endpoint.answer = () =>
      Response.json({
        data: [
          { index: 1, ...two },
          { index: 0, ...one },
        ],
      });
    expect((await embed("openai")).map((vector) => [...vector])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    endpoint.answer = () => Response.json({ data: [one, two] });
    expect((await embed("openai")).map((vector) => [...vector])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    for (const index of [0, 2, -1, 0.5, "1"]) {
      endpoint.answer = () =>
        Response.json({
          data: [
            { index: 0, ...one },
            { index, ...two },
          ],
        });
      await expect(embed("openai")).rejects.toThrow(EndpointError);
    }
  });
});

describe("what is sent to Gemini", () => {
  beforeEach(() => {
    endpoint.answer = () => Response.json(APIS.gemini.answer([[1]]));
  });

  test.each([
    ["document", "RETRIEVAL_DOCUMENT"],
    ["query", "RETRIEVAL_QUERY"],
  ] as const)("is each text with what it is for: %s", async (purpose, taskType) => {
    const model = "gemini-embedding-001";
    await embed("gemini", { texts: ["one"], purpose, model, dimensions: 1 });
    const [seen] = endpoint.seen;
    expect(seen?.path).toBe("/v1/models/gemini-embedding-001:batchEmbedContents");
    expect(seen?.headers.get("x-goog-api-key")).toBe(KEY);
    expect(seen?.body).toEqual({
      requests: [
        {
          model: "models/gemini-embedding-001",
          content: { parts: [{ text: "one" }] },
          taskType,
          outputDimensionality: 1,
        },
      ],
    });
  });

  test("says the purpose in the text to models that want it there", async () => {
    await embed("gemini", { texts: ["one"], purpose: "query", model: "models/gemini-embedding-2" });
    expect(endpoint.seen[0]?.body).toEqual({
      requests: [
        {
          model: "models/gemini-embedding-2",
          content: { parts: [{ text: "task: search result | query: one" }] },
        },
      ],
    });
  });

  test("stays below the address, whatever the model is called", async () => {
    await embed("gemini", { texts: ["one"], model: "../../x?key=1#" });
    expect(endpoint.seen[0]?.path).toBe("/v1/models/..%2F..%2Fx%3Fkey%3D1%23:batchEmbedContents");
  });
});
