import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EmbeddingsSettings } from "../../../src/config/config.ts";
import { OpenAiEmbedder } from "../../../src/search/models/openai-embedder.ts";
import {
  ToolEmbeddings,
  type ToolEmbeddingsOptions,
} from "../../../src/search/models/tool-embeddings.ts";
import { VectorStore } from "../../../src/search/models/vector-store.ts";
import { recordLog } from "../../catalog/examples.ts";
import { poll, TEST_TIMEOUT_MS, until, within } from "../../fixtures/poll.ts";
import {
  answerOf,
  hang,
  inputOf,
  KEY,
  ModelEndpoint,
  openAiAnswer,
  settingsFor,
} from "./model-endpoint.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const TOOLS = [
  { id: "github__create_issue", text: "github: create_issue — Open a new issue" },
  { id: "slack__post_message", text: "slack: post_message — Send words to a channel" },
  { id: "time__now", text: "time: now — Tell what time it is" },
];

type Limits = Partial<Omit<ToolEmbeddingsOptions, "embedder" | "store" | "log">>;

let folder: string;
let endpoint: ModelEndpoint;
const open: ToolEmbeddings[] = [];
const { log, lines } = recordLog();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-embeddings-"));
  endpoint = new ModelEndpoint(openAiAnswer);
  lines.length = 0;
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((embeddings) => embeddings.close()));
  await endpoint[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function create(limits: Limits = {}, changed: Partial<EmbeddingsSettings> = {}): ToolEmbeddings {
  const embeddings = new ToolEmbeddings({
    embedder: new OpenAiEmbedder(settingsFor(endpoint, changed)),
    store: new VectorStore(join(folder, "vectors.db"), { log }),
    log,
    // A busy machine must not fail the tests of what comes in time.
    deadlineMs: 10_000,
    backOffMs: 1,
    ...limits,
  });
  open.push(embeddings);
  return embeddings;
}

/** All texts that were sent, in the order of their sending. */
function sent(): string[] {
  return endpoint.seen.flatMap(({ body }) => inputOf(body));
}

function warnings(): string[] {
  return lines.filter((line) => line.startsWith("warn"));
}

/** Waits until the tools' vectors are there, and gives what the query is compared with. */
function ready(embeddings: ToolEmbeddings, query = "issue"): Promise<ReadonlyMap<string, number>> {
  return poll(() => embeddings.similarities(query));
}

/** Waits until the background work has come to its end. */
function settled(): Promise<void> {
  return until(() => lines.some((line) => line.startsWith("debug search: embeddings: ")));
}

async function prepared(limits: Limits = {}): Promise<ToolEmbeddings> {
  const embeddings = create(limits);
  embeddings.prepare(TOOLS);
  await ready(embeddings, "issue");
  return embeddings;
}

function best(similarities: ReadonlyMap<string, number>): string | undefined {
  return [...similarities].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

describe("similarities", () => {
  test("are cosines with all tools, once these are embedded", async () => {
    const embeddings = create();
    embeddings.prepare(TOOLS);
    const similarities = await ready(embeddings, "create a new issue");
    expect([...similarities.keys()]).toEqual(TOOLS.map(({ id }) => id));
    expect(best(similarities)).toBe("github__create_issue");
    for (const cosine of similarities.values()) expect(cosine).toBeWithin(-1, 1.001);
    const others = await embeddings.similarities("send words to a channel");
    expect(best(others ?? new Map())).toBe("slack__post_message");
    expect(warnings()).toEqual([]);
  });

  test("are not there before the tools are, and the query is not sent for nothing", async () => {
    const embeddings = create();
    expect(await embeddings.similarities("issue")).toBeUndefined();
    endpoint.answer = hang;
    embeddings.prepare(TOOLS);
    await until(() => endpoint.seen.length === 1);
    expect(await embeddings.similarities("issue")).toBeUndefined();
    expect(sent()).toEqual(TOOLS.map(({ text }) => text));
  });

  test("are there while a few tools are still missing", async () => {
    const many = Array.from({ length: 100 }, (_, at) => ({ id: `t${at}`, text: `text ${at}` }));
    const embeddings = create();
    embeddings.prepare(many);
    await ready(embeddings);
    endpoint.answer = (seen, signal) =>
      inputOf(seen.body).includes("late") ? hang(seen, signal) : openAiAnswer(seen);
    embeddings.prepare([...many.slice(0, 95), { id: "late", text: "late" }]);
    const similarities = await embeddings.similarities("text");
    expect(similarities?.size).toBe(95);
    expect(similarities?.has("late")).toBe(false);
  });

  test("are those of the tools that were given last", async () => {
    const embeddings = create();
    embeddings.prepare(TOOLS);
    embeddings.prepare([{ id: "only", text: "only" }]);
    expect([...(await ready(embeddings)).keys()]).toEqual(["only"]);
    expect(sent()).not.toContain(TOOLS[0]?.text);
  });

  test("are not there for an empty query, a search that was given up, or after the end", async () => {
    const embeddings = create();
    embeddings.prepare(TOOLS);
    await ready(embeddings);
    expect(await embeddings.similarities("  ")).toBeUndefined();
    expect(await embeddings.similarities("x", AbortSignal.abort())).toBeUndefined();
    await embeddings.close();
    embeddings.prepare(TOOLS);
    expect(await embeddings.similarities("y")).toBeUndefined();
    expect(sent()).not.toContain("x");
    expect(sent()).not.toContain("y");
  });
});

describe("what is sent", () => {
  test("is the texts of the tools and the query, and nothing else", async () => {
    const embeddings = create();
    embeddings.prepare(TOOLS);
    await ready(embeddings, "open an issue");
    expect(endpoint.seen.map(({ path, body }) => [path, body])).toEqual([
      ["/v1/embeddings", { model: "test-model", input: TOOLS.map(({ text }) => text) }],
      ["/v1/embeddings", { model: "test-model", input: ["open an issue"] }],
    ]);
    const { headers } = endpoint.seen[0] ?? { headers: new Headers() };
    expect([...headers.keys()].toSorted()).toEqual([
      "accept",
      "accept-encoding",
      "authorization",
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
    ]);
  });

  test("is in batches of at most 50, one after the other, each text once", async () => {
    let running = 0;
    let most = 0;
    endpoint.answer = async (seen) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return openAiAnswer(seen);
    };
    const embeddings = create();
    embeddings.prepare(
      Array.from({ length: 240 }, (_, at) => ({ id: `t${at}`, text: `text ${at % 120}` })),
    );
    await settled();
    expect(endpoint.seen.map(({ body }) => inputOf(body).length)).toEqual([50, 50, 20]);
    expect(most).toBe(1);
    expect((await ready(embeddings)).size).toBe(240);
  });

  test("is short, on one line and whole letters; a tool without words goes by its name", async () => {
    const embeddings = create();
    embeddings.prepare([
      { id: "long", text: `${"x".repeat(1999)}😀${"y".repeat(5000)}` },
      { id: "lines", text: " a\n\n b\tc " },
      { id: "half", text: "\ud83d" },
      { id: "none", text: "  " },
    ]);
    await ready(embeddings, "q\n q");
    expect(sent()).toEqual([`${"x".repeat(1999)}\ufffd`, "a b c", "\ufffd", "none", "q q"]);
  });

  test("is nothing that is on the disk already", async () => {
    const first = create();
    first.prepare(TOOLS);
    await ready(first);
    await first.close();
    endpoint.seen.length = 0;
    const second = create();
    second.prepare([...TOOLS, { id: "new", text: "new" }]);
    await ready(second, "issue");
    expect(sent()).toEqual(["new", "issue"]);
  });

  test("is everything to another model, or with other dimensions", async () => {
    const changes = [{ model: "other" }, { dimensions: 32 }, { baseUrl: endpoint.url("/v2") }];
    for (const changed of [{}, ...changes]) {
      const embeddings = create({}, changed);
      embeddings.prepare(TOOLS);
      await ready(embeddings);
    }
    expect(sent().filter((text) => text === TOOLS[0]?.text)).toHaveLength(4);
  });

  test("is a query once, however often it is searched for", async () => {
    const embeddings = create();
    embeddings.prepare(TOOLS);
    await ready(embeddings, "issue");
    await Promise.all(["issue", " issue", "time", "time"].map((q) => embeddings.similarities(q)));
    expect(sent().slice(TOOLS.length)).toEqual(["issue", "time"]);
  });

  test("twice by two at once does no harm", async () => {
    const both = [create(), create()];
    for (const embeddings of both) embeddings.prepare(TOOLS);
    for (const embeddings of both) {
      expect(best(await ready(embeddings, "issue"))).toBe("github__create_issue");
    }
    expect(warnings()).toEqual([]);
  });
});

describe("an endpoint that fails a query", () => {
  test.each([
    ["HTTP 401", () => new Response(`bad key ${KEY}`, { status: 401 })],
    ["HTTP 429", () => new Response("", { status: 429, headers: { "Retry-After": "3" } })],
    ["HTTP 503", () => new Response("", { status: 503 })],
    ["HTML", () => new Response("<html>", { headers: { "Content-Type": "text/html" } })],
    ["no vector", () => Response.json({ data: [] })],
    ["no number", () => Response.json({ data: [{ embedding: [1, null] }] })],
    ["too much", () => new Response("[".repeat(17 * 1024 * 1024))],
  ])("with %s gives none, and the next one is tried", async (_, answer) => {
    const embeddings = await prepared({ restMs: 0 });
    endpoint.answer = answer;
    expect(await embeddings.similarities("secret words")).toBeUndefined();
    endpoint.answer = openAiAnswer;
    expect(await embeddings.similarities("secret words")).toBeInstanceOf(Map);
    expect(lines.join()).not.toContain(KEY);
    expect(lines.join()).not.toContain("secret words");
  });

  test("by silence is waited for no longer than the deadline", async () => {
    const embeddings = await prepared({ deadlineMs: 100, restMs: 1 });
    endpoint.answer = hang;
    const searches = ["a", "b"].map((query) => embeddings.similarities(query));
    expect(await within(Promise.all(searches), 5000)).toEqual([undefined, undefined]);
  });

  test("by being late is of use to the next search of the same", async () => {
    const embeddings = await prepared({ deadlineMs: 100, restMs: 1 });
    const { promise: isAllowed, resolve: allow } = Promise.withResolvers<void>();
    endpoint.answer = async (seen) => {
      await isAllowed;
      return openAiAnswer(seen);
    };
    expect(await embeddings.similarities("late")).toBeUndefined();
    allow();
    await poll(() => embeddings.similarities("late"));
    expect(sent().filter((text) => text === "late")).toHaveLength(1);
  });

  test("three times in a row is left alone, and told of once", async () => {
    const embeddings = await prepared();
    endpoint.answer = () => new Response("", { status: 503 });
    for (const query of ["a", "b", "c", "d", "e"]) await embeddings.similarities(query);
    expect(sent().slice(TOOLS.length)).toEqual(["issue", "a", "b", "c"]);
    expect(await embeddings.similarities("issue")).toBeInstanceOf(Map);
    expect(warnings()).toEqual([
      `warn search: embeddings: ${endpoint.host} answered HTTP 503; the built-in vectors are used`,
    ]);
  });

  test("with vectors of another length has all tools embedded anew, once", async () => {
    const embeddings = await prepared();
    endpoint.answer = (seen) => answerOf(seen, 16);
    expect(await embeddings.similarities("time")).toBeUndefined();
    expect(best(await ready(embeddings, "time"))).toBe("time__now");
    endpoint.answer = (seen) => answerOf(seen, 8);
    endpoint.seen.length = 0;
    expect(await embeddings.similarities("what")).toBeUndefined();
    expect(await embeddings.similarities("time")).toBeInstanceOf(Map);
    expect(sent()).toEqual(["what"]);
  });
});

describe("an endpoint that fails the tools", () => {
  test.each([429, 503])("with HTTP %i is asked again", async (status) => {
    let failures = 2;
    endpoint.answer = (seen) =>
      failures-- > 0 ? new Response("", { status }) : openAiAnswer(seen);
    const embeddings = create();
    embeddings.prepare(TOOLS);
    await ready(embeddings);
    expect(warnings()).toEqual([]);
  });

  test("is given the time it asks for", async () => {
    const times: number[] = [];
    endpoint.answer = (seen) => {
      times.push(performance.now());
      if (times.length > 1) return openAiAnswer(seen);
      return new Response("", { status: 429, headers: { "Retry-After": "1" } });
    };
    const embeddings = create();
    embeddings.prepare(TOOLS);
    await ready(embeddings);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(950);
  });

  test.each([
    ["HTTP 401", 1, () => new Response("", { status: 401 })],
    ["HTTP 400 for anything", 2, () => new Response("", { status: 400 })],
    ["HTTP 503 again and again", 3, () => new Response("", { status: 503 })],
    [
      "a long Retry-After",
      1,
      () => new Response("", { status: 429, headers: { "Retry-After": "3600" } }),
    ],
    ["other dimensions", 1, () => Response.json({ data: TOOLS.map(() => ({ embedding: [1] })) })],
    ["NaN", 1, () => new Response('{"data": [{"embedding": [NaN]}]}')],
  ])("with %s is left alone after %i requests, and told of once", async (_, requests, answer) => {
    endpoint.answer = answer;
    const embeddings = create({}, { dimensions: 32 });
    embeddings.prepare(TOOLS);
    await until(() => warnings().length > 0);
    embeddings.prepare([...TOOLS, { id: "more", text: "more" }]);
    expect(await embeddings.similarities("issue")).toBeUndefined();
    expect(endpoint.seen).toHaveLength(requests);
    expect(warnings()).toEqual([
      expect.stringMatching(
        /^warn search: embeddings: 127\.0\.0\.1:\d+ (?:answered|did not answer) .*built-in vectors are used$/,
      ),
    ]);
    expect(lines.join()).not.toContain(KEY);
  });

  test("is tried again by a search after its rest", async () => {
    endpoint.answer = () => new Response("", { status: 401 });
    const embeddings = create({ restMs: 1 });
    embeddings.prepare(TOOLS);
    await until(() => warnings().length > 0);
    endpoint.answer = openAiAnswer;
    await ready(embeddings);
  });

  test("with silence is given up after a while", async () => {
    endpoint.answer = hang;
    create({ batchTimeoutMs: 20 }).prepare(TOOLS);
    await until(() => warnings().length > 0);
    expect(warnings()).toEqual([
      `warn search: embeddings: ${endpoint.host} gave no answer within 20 ms; the built-in vectors are used`,
    ]);
  });

  test("with one text that it does not take costs only that one its vector", async () => {
    const many = Array.from({ length: 70 }, (_, at) => ({ id: `t${at}`, text: `text ${at}` }));
    endpoint.answer = (seen) =>
      inputOf(seen.body).includes("text 33")
        ? new Response("", { status: 400 })
        : openAiAnswer(seen);
    const embeddings = create();
    embeddings.prepare(many);
    await settled();
    const similarities = await ready(embeddings);
    expect(similarities.size).toBe(69);
    expect(similarities.has("t33")).toBe(false);
    expect(warnings()).toEqual([]);
  });
});

describe("the end", () => {
  test("does not wait for an endpoint that hangs, and what came is on the disk", async () => {
    const many = Array.from({ length: 60 }, (_, at) => ({ id: `t${at}`, text: `text ${at}` }));
    endpoint.answer = (seen, signal) =>
      inputOf(seen.body).length < 50 ? hang(seen, signal) : openAiAnswer(seen);
    const first = create();
    first.prepare(many);
    await until(() => endpoint.seen.length === 2);
    await within(first.close(), 5000);
    endpoint.answer = openAiAnswer;
    endpoint.seen.length = 0;
    const second = create();
    second.prepare(many);
    await ready(second);
    expect(inputOf(endpoint.seen[0]?.body)).toHaveLength(10);
    expect(warnings()).toEqual([]);
  });
});
