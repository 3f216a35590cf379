import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../../src/config/load.ts";
import { createTiers, type Tiers } from "../../../src/search/models/create-tiers.ts";
import { recordLog } from "../../catalog/examples.ts";
import { poll, TEST_TIMEOUT_MS } from "../../fixtures/poll.ts";
import { ModelEndpoint, openAiAnswer } from "./model-endpoint.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let folder: string;
let endpoint: ModelEndpoint;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-tiers-"));
  endpoint = new ModelEndpoint(openAiAnswer);
});

afterEach(async () => {
  await endpoint[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function vectorsFile(): string {
  return join(folder, "search-vectors.db");
}

/** What a config file with this search makes of it. */
async function tiersOf(search: object, env: Record<string, string> = {}): Promise<Tiers> {
  const path = join(folder, "config.json");
  await Bun.write(path, JSON.stringify({ mcpServers: { it: { command: "x" } }, search }));
  const { config } = await loadConfig(path, env);
  const paths = { searchVectorsFile: vectorsFile() };
  return createTiers(config, { paths, log: recordLog().log });
}

describe("from the config file", () => {
  test("nothing comes unless it is asked for", async () => {
    const tiers = await tiersOf({}, { GEMINI_API_KEY: "k" });
    expect(tiers).toEqual({ embeddings: undefined, reranker: undefined });
    expect(existsSync(vectorsFile())).toBe(false);
  });

  test("come vectors of an endpoint on this machine", async () => {
    const model = "nomic-embed-text";
    const { embeddings } = await tiersOf({
      embeddings: { base_url: endpoint.url("/v1").href, model },
    });
    embeddings?.prepare([{ id: "a__b", text: "send mail" }]);
    const similarities = await poll(() => embeddings?.similarities("mail"));
    expect([...similarities.keys()]).toEqual(["a__b"]);
    expect(endpoint.seen.map(({ body }) => body)).toEqual([
      { model, input: ["search_document: send mail"] },
      { model, input: ["search_query: mail"] },
    ]);
    await embeddings?.close();
    expect(existsSync(vectorsFile())).toBe(true);
  });

  test("come vectors and a ranking of Gemini, through one gateway and by one key", async () => {
    endpoint.answer = ({ path }) =>
      path.endsWith("generateContent")
        ? Response.json({ candidates: [{ content: { parts: [{ text: "[2]" }] } }] })
        : Response.json({ embeddings: [{ values: [1, 2] }] });
    const { embeddings, reranker } = await tiersOf(
      {
        base_url: endpoint.url("/gateway/").href,
        model: "gemini-test",
        embeddings: { model: "gemini-embedding-001" },
      },
      { GEMINI_API_KEY: "k" },
    );
    const candidates = ["a", "b"].map((id) => ({ id, line: id }));
    expect(await reranker?.rank("x", candidates)).toEqual(["b", "a"]);
    embeddings?.prepare([{ id: "a__b", text: "send mail" }]);
    await poll(() => embeddings?.similarities("mail"));
    await embeddings?.close();
    expect(new Set(endpoint.seen.map(({ path }) => path))).toEqual(
      new Set([
        "/gateway/models/gemini-test:generateContent",
        "/gateway/models/gemini-embedding-001:batchEmbedContents",
      ]),
    );
    for (const { headers } of endpoint.seen) expect(headers.get("x-goog-api-key")).toBe("k");
  });
});
