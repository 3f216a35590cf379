import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { ProxyHome, stdioEntry } from "../fixtures/proxy-home.ts";
import type { ProxyHost } from "../fixtures/proxy-host.ts";
import { inputOf, KEY, ModelEndpoint, openAiAnswer } from "../search/models/model-endpoint.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const TOOLS = [
  {
    name: "sell_apple",
    description: "Sells a fruit. The rest is long and for our eyes: hunter1.",
    inputSchema: {
      type: "object",
      properties: { price: { type: "number", description: "For our eyes: hunter2" } },
      required: ["price"],
    },
    annotations: { note: "hunter3" },
    _meta: { note: "hunter4" },
  },
  { name: "sell_pear", description: "Sells another fruit" },
  { name: "cook_plum", description: "Cooks it" },
];

let home: ProxyHome;
let embeddings: ModelEndpoint;
let ranking: ModelEndpoint;

beforeEach(() => {
  home = new ProxyHome();
  embeddings = new ModelEndpoint(openAiAnswer);
  ranking = new ModelEndpoint(() => {
    const candidates = [{ content: { parts: [{ text: "[2, 1]" }] } }];
    return Response.json({ candidates });
  });
});

afterEach(async () => {
  await home[Symbol.asyncDispose]();
  await embeddings[Symbol.asyncDispose]();
  await ranking[Symbol.asyncDispose]();
});

/** A host whose mcpzip has these search settings and knows the market's tools. */
async function start(
  search: Record<string, unknown>,
  env: Record<string, string> = {},
): Promise<ProxyHost> {
  const file = home.path("market.json");
  writeFileSync(file, JSON.stringify(TOOLS));
  const entry = stdioEntry("catalog.ts", { CATALOG_FILE: file, SECRET_OF_THE_MARKET: "hunter5" });
  home.configure({ market: entry }, { search });
  const host = await home.start(env);
  await host.execute("proxy_refresh");
  return host;
}

function namesIn(text: string): string[] {
  return text.split("\n").flatMap((line) => /^market__\w+/.exec(line)?.[0] ?? []);
}

/** All that an endpoint was sent: paths, headers, bodies. */
function sentTo({ seen }: ModelEndpoint): string {
  return JSON.stringify(
    seen.map(({ path, headers, body }) => [path, Object.fromEntries(headers), body]),
  );
}

test("without a key and without settings nothing is sent anywhere", async () => {
  const host = await start({ base_url: ranking.url("/v1beta/").href });
  const { text } = await host.search("sell fruit");
  expect(namesIn(text)[0]).toStartWith("market__sell_");
  expect(ranking.seen).toEqual([]);
});

test("a model that ranks is sent the query and the lines, and its order is shown", async () => {
  const plain = namesIn((await (await start({})).search("sell fruit")).text);
  const host = await start(
    { base_url: ranking.url("/v1beta/").href, model: "gemini-test" },
    { GEMINI_API_KEY: KEY },
  );
  const { text } = await host.search("server:market sell fruit");
  expect(namesIn(text).slice(0, 2)).toEqual([plain[1], plain[0]] as string[]);
  const [seen] = ranking.seen;
  expect(ranking.seen).toHaveLength(1);
  expect(seen?.path).toBe("/v1beta/models/gemini-test:generateContent");
  expect(seen?.headers.get("x-goog-api-key")).toBe(KEY);
  expect(JSON.stringify(seen?.body)).toContain("market__sell_apple: Sells a fruit [price:number*]");
  expect(JSON.stringify(seen?.body)).toContain("sell fruit");
  for (const secret of ["hunter", "server:market", home.folder]) {
    expect(sentTo(ranking)).not.toContain(secret);
  }
});

test("an endpoint for embeddings is sent each tool's text once, and queries", async () => {
  const settings = { embeddings: { base_url: embeddings.url("/v1").href, model: "test-model" } };
  const host = await start(settings);
  await until(() => embeddings.seen.flatMap(({ body }) => inputOf(body)).length >= TOOLS.length);
  await until(async () => {
    // Each a query of its own, since one that was asked before its time is not asked again.
    await host.search("peel some fruit");
    return sentTo(embeddings).includes("peel some fruit");
  });
  const texts = embeddings.seen.flatMap(({ body }) => inputOf(body));
  const tools = texts.filter((text) => text.startsWith("market: "));
  expect(tools).toHaveLength(TOOLS.length);
  expect(tools.toSorted()[2]).toBe("market: sell_pear. Sells another fruit");
  for (const secret of ["hunter2", "hunter3", "hunter4", "hunter5", home.folder]) {
    expect(sentTo(embeddings)).not.toContain(secret);
  }
  await host.close();
  const before = embeddings.seen.length;
  const again = await home.start();
  await again.search("cook a plum");
  await until(
    () => embeddings.seen.length > before || again.stderr.includes("embeddings: 3 texts, 0"),
  );
  expect(
    embeddings.seen
      .slice(before)
      .flatMap(({ body }) => inputOf(body))
      .join(),
  ).not.toContain("market: ");
});

test("endpoints that fail cost the search nothing but their help, and the key is told nowhere", async () => {
  embeddings.answer = () => new Response(`no, ${KEY}`, { status: 500 });
  ranking.answer = () => new Response(`no, ${KEY}`, { status: 403 });
  const host = await start(
    {
      base_url: ranking.url("/v1beta/").href,
      model: "gemini-test",
      embeddings: { base_url: embeddings.url("/v1").href, model: "m", api_key: KEY },
    },
    { GEMINI_API_KEY: KEY },
  );
  const { text, isError } = await host.search("sell apple");
  expect(namesIn(text)[0]).toBe("market__sell_apple");
  expect(isError).toBeFalse();
  expect(text).not.toContain(KEY);
  await until(() => host.stderr.includes("search: ranking by a model: "));
  await until(() => embeddings.seen.length > 0);
  await host.close();
  expect(host.stderr).not.toContain(KEY);
});
