import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpenAiEmbedder } from "../../src/search/models/openai-embedder.ts";
import { parseQuery } from "../../src/search/query.ts";
import { Reranker } from "../../src/search/models/rerank.ts";
import { Searcher, type SearchResult } from "../../src/search/searcher.ts";
import { SegmentStore } from "../../src/search/segment-store.ts";
import { ToolEmbeddings } from "../../src/search/models/tool-embeddings.ts";
import { VectorStore } from "../../src/search/models/vector-store.ts";
import { catalogTool, recordLog } from "../catalog/examples.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { ChangingSource } from "./changing-source.ts";
import {
  hang,
  inputOf,
  KEY,
  ModelEndpoint,
  openAiAnswer,
  settingsFor,
  type SeenRequest,
} from "./models/model-endpoint.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const TOOLS = {
  market: [
    catalogTool("market", "sell_apple", { description: "Sells a fruit" }),
    catalogTool("market", "sell_pear", {
      description: "Sells another fruit. Nobody must see: hunter2.",
      inputSchema: {
        properties: { price: { type: "number", description: "In confidence: hunter3" } },
        required: ["price"],
      },
    }),
  ],
  kitchen: [catalogTool("kitchen", "cook_plum", { description: "Cooks it" })],
};

let folder: string;
let embeddingsEndpoint: ModelEndpoint;
let rankingEndpoint: ModelEndpoint;
let source: ChangingSource;
const open = new Set<Searcher>();
const { log, lines } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-searcher-tiers-"));
  embeddingsEndpoint = new ModelEndpoint(openAiAnswer);
  rankingEndpoint = new ModelEndpoint(() => rankingOf([2, 1]));
  source = new ChangingSource();
  for (const [server, tools] of Object.entries(TOOLS)) source.setTools(server, tools);
  lines.length = 0;
});

afterEach(async () => {
  for (const searcher of open) await searcher.close();
  open.clear();
  await embeddingsEndpoint[Symbol.asyncDispose]();
  await rankingEndpoint[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Wanted {
  readonly embeddings?: { readonly deadlineMs: number };
  readonly reranker?: { readonly deadlineMs: number };
}

/** Long enough for a busy machine. */
const PATIENT = { deadlineMs: 15_000 };

function createSearcher({ embeddings, reranker }: Wanted): Searcher {
  const searcher = new Searcher(source, {
    openStore: async () => new SegmentStore(join(folder, "search-index.db"), log),
    openTiers: async () => ({
      embeddings:
        embeddings &&
        new ToolEmbeddings({
          embedder: new OpenAiEmbedder(settingsFor(embeddingsEndpoint)),
          store: new VectorStore(join(folder, "vectors.db"), { log }),
          log,
          backOffMs: 1,
          restMs: 1,
          ...embeddings,
        }),
      reranker:
        reranker &&
        new Reranker(
          { baseUrl: rankingEndpoint.url("/v1beta"), model: "m", apiKey: KEY },
          { log, restMs: 1, ...reranker },
        ),
    }),
    log,
  });
  open.add(searcher);
  return searcher;
}

function rankingOf(numbers: readonly number[]): Response {
  const text = JSON.stringify(numbers);
  return Response.json({ candidates: [{ content: { parts: [{ text }] } }] });
}

async function search(searcher: Searcher, typed: string, limit = 5): Promise<SearchResult> {
  let result = await searcher.search(parseQuery(typed), limit);
  await until(async () => {
    if (result.searched === result.total) return true;
    result = await searcher.search(parseQuery(typed), limit);
    return false;
  });
  return result;
}

function idsOf({ hits }: SearchResult): string[] {
  return hits.map(({ id }) => id);
}

/** Waits until the texts of all tools have been embedded. */
function embedded(): Promise<void> {
  return until(() => lines.some((line) => line.startsWith("debug search: embeddings: 3 texts")));
}

function queriesEmbedded(): string[] {
  return embeddingsEndpoint.seen
    .flatMap(({ body }) => inputOf(body))
    .filter((text) => !text.includes(":"));
}

describe("embeddings", () => {
  test("are made in the background, and used when they are ready", async () => {
    // Points where the pear points, whatever is asked.
    embeddingsEndpoint.answer = (seen) => answerLikePear(seen);
    const searcher = createSearcher({ embeddings: PATIENT });
    const before = await search(searcher, "zorgle");
    expect(before.hits.map(({ id }) => id)[0]).not.toBe("market__sell_pear");
    searcher.prepare();
    await embedded();
    expect(idsOf(await search(searcher, "zorgle"))[0]).toBe("market__sell_pear");
  });

  test("are asked for one query once", async () => {
    const searcher = createSearcher({ embeddings: PATIENT });
    searcher.prepare();
    await embedded();
    const first = await search(searcher, "fruit");
    expect(await search(searcher, "fruit")).toBe(first);
    expect(queriesEmbedded()).toEqual(["fruit"]);
  });

  test.each([
    ["an error", () => new Response("no", { status: 500 })],
    ["a refusal", () => new Response("no", { status: 401 })],
    ["rubbish", () => new Response("<html>")],
  ])("that end in %s leave our own order, and it is not remembered", async (_, answer) => {
    const plain = idsOf(await search(createSearcher({}), "sell fruit"));
    const searcher = createSearcher({ embeddings: PATIENT });
    searcher.prepare();
    await embedded();
    embeddingsEndpoint.answer = answer;
    const first = await search(searcher, "sell fruit");
    expect(idsOf(first)).toEqual(plain);
    expect(await search(searcher, "sell fruit")).not.toBe(first);
    for (const line of lines) expect(line).not.toContain(KEY);
  });

  test("that are late leave our own order, and are used once they have come", async () => {
    const searcher = createSearcher({ embeddings: { deadlineMs: 50 } });
    searcher.prepare();
    await embedded();
    const { promise: gate, resolve } = Promise.withResolvers<void>();
    embeddingsEndpoint.answer = async (seen) => {
      await gate;
      return answerLikePear(seen);
    };
    const late = await search(searcher, "zorgle");
    expect(late.hits).toEqual((await search(createSearcher({}), "zorgle")).hits);
    resolve();
    await until(async () => idsOf(await search(searcher, "zorgle"))[0] === "market__sell_pear");
  });

  test("are made for tools that are new", async () => {
    const searcher = createSearcher({ embeddings: PATIENT });
    searcher.prepare();
    await embedded();
    source.set("garage", "fix_car");
    searcher.prepare();
    await until(() =>
      embeddingsEndpoint.seen.some(({ body }) =>
        inputOf(body).some((text) => text.startsWith("garage: ")),
      ),
    );
    const texts = embeddingsEndpoint.seen.flatMap(({ body }) => inputOf(body));
    expect(texts).toHaveLength(4);
  });
});

/** As if the pear's text and every query meant the same. */
function answerLikePear({ body }: SeenRequest): Response {
  const data = inputOf(body).map((text, index) => ({
    index,
    embedding: /^(market: sell_apple|kitchen)/.test(text) ? [0, 1] : [1, 0.1],
  }));
  return Response.json({ data });
}

describe("a model that ranks", () => {
  test("puts the hits in its order", async () => {
    const plain = idsOf(await search(createSearcher({}), "sell fruit"));
    const searcher = createSearcher({ reranker: PATIENT });
    const [first, second, ...rest] = plain;
    expect(idsOf(await search(searcher, "sell fruit"))).toEqual([
      second,
      first,
      ...rest,
    ] as string[]);
  });

  test("sees the query without its filters, and lines; nothing else", async () => {
    const searcher = createSearcher({ reranker: PATIENT });
    await search(searcher, "server:market sell fruit");
    const [seen] = rankingEndpoint.seen;
    const sent = JSON.stringify(seen?.body);
    expect(sent).toContain("sell fruit");
    expect(sent).toContain("market__sell_pear: Sells another fruit [price:number*]");
    for (const secret of ["hunter", "server:market", "kitchen", KEY])
      expect(sent).not.toContain(secret);
  });

  test("sees more than are wanted, so that what it finds best comes first", async () => {
    rankingEndpoint.answer = () => rankingOf([3]);
    const plain = idsOf(await search(createSearcher({}), "sell cook", 3));
    expect(plain).toHaveLength(3);
    const searcher = createSearcher({ reranker: PATIENT });
    expect(idsOf(await search(searcher, "sell cook", 1))).toEqual(plain.slice(2));
  });

  test("is asked for one query once", async () => {
    const searcher = createSearcher({ reranker: PATIENT });
    const first = await search(searcher, "sell fruit");
    expect(await search(searcher, "sell fruit")).toBe(first);
    expect(rankingEndpoint.seen).toHaveLength(1);
  });

  test.each([
    ["an error", () => new Response("no", { status: 500 })],
    ["a refusal", () => new Response("no", { status: 403 })],
    ["numbers of no tools", () => rankingOf([99, -1])],
    ["rubbish", () => new Response("<html>")],
  ])("that answers with %s leaves our own order, and it is not remembered", async (_, answer) => {
    const plain = await search(createSearcher({}), "sell fruit");
    rankingEndpoint.answer = answer;
    const searcher = createSearcher({ reranker: PATIENT });
    const first = await search(searcher, "sell fruit");
    expect(first).toEqual(plain);
    expect(await search(searcher, "sell fruit")).not.toBe(first);
    for (const line of lines) expect(line).not.toContain(KEY);
  });

  test("that is slow is not waited for", async () => {
    rankingEndpoint.answer = hang;
    const plain = await search(createSearcher({}), "sell fruit");
    const searcher = createSearcher({ reranker: { deadlineMs: 50 } });
    const first = await search(searcher, "sell fruit");
    expect(first).toEqual(plain);
    rankingEndpoint.answer = () => rankingOf([2, 1]);
    await until(async () => idsOf(await search(searcher, "sell fruit"))[0] !== idsOf(plain)[0]);
  });

  test("is not asked where there is nothing to put in order", async () => {
    const searcher = createSearcher({ reranker: PATIENT });
    await search(searcher, "???");
    await search(searcher, "server:kitchen cook plum");
    expect(rankingEndpoint.seen).toEqual([]);
  });

  test("says nothing about whether the hits fit", async () => {
    const searcher = createSearcher({ reranker: PATIENT });
    expect((await search(searcher, "zorgle sell wumpus frob quux")).isWeak).toBe(
      (await search(createSearcher({}), "zorgle sell wumpus frob quux")).isWeak,
    );
  });
});

test("both work together, and the end ends both", async () => {
  embeddingsEndpoint.answer = (seen) => answerLikePear(seen);
  const searcher = createSearcher({ embeddings: PATIENT, reranker: PATIENT });
  searcher.prepare();
  await embedded();
  await search(searcher, "sell fruit");
  expect(queriesEmbedded()).toEqual(["sell fruit"]);
  expect(rankingEndpoint.seen).toHaveLength(1);
  rankingEndpoint.answer = hang;
  const late = searcher.search(parseQuery("cook something"), 5);
  await until(() => rankingEndpoint.seen.length === 2);
  open.delete(searcher);
  await searcher.close();
  expect((await late).hits.length).toBeGreaterThan(0);
});
