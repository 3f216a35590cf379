import { describe, expect, test } from "bun:test";
import type { Config, Env } from "../../src/config/config.ts";
import { load, withoutPath } from "./temp-config.ts";

const GEMINI = "https://generativelanguage.googleapis.com/v1beta";
const SECURE = "write it in full, with https://; http:// is for addresses of this machine only";

async function searchOf(search: unknown, env: Env = {}): Promise<Config["search"]> {
  const { config, warnings } = await loadSearch(search, env);
  expect(warnings).toEqual([]);
  return config.search;
}

function loadSearch(search: unknown, env: Env) {
  return load({ mcpServers: { it: { command: "x" } }, search }, env);
}

/** What is told of a search in which something cannot be used, and that nothing of it would be sent. */
async function warningsOf(search: unknown, env: Env = {}): Promise<unknown[]> {
  const { config, warnings } = await loadSearch(search, env);
  expect(config.search).toMatchObject({ rerank: undefined, embeddings: undefined });
  expect(JSON.stringify(warnings)).not.toContain("s3cret");
  return warnings.map(({ message, fix }) => [withoutPath(message), fix]);
}

describe("ranking by a model", () => {
  test("needs a key and a model: neither alone sends anything", async () => {
    const env = { GEMINI_API_KEY: "k" };
    expect((await searchOf({}, env)).rerank).toBeUndefined();
    expect((await searchOf({ model: "m" })).rerank).toBeUndefined();
    expect((await searchOf({ model: "m" }, env)).rerank).toEqual({
      model: "m",
      apiKey: "k",
      baseUrl: new URL(GEMINI),
    });
  });

  test("goes to another address where one is given", async () => {
    const env = { GEMINI_API_KEY: "k", GATEWAY: "gateway.example" };
    const search = await searchOf({ model: "m", base_url: "https://${GATEWAY}/gemini" }, env);
    expect(search.rerank?.baseUrl.href).toBe("https://gateway.example/gemini");
  });

  test.each(["http://s3cret.example", "https://s3cret:x@a.example", "s3cret", "ftp://localhost"])(
    "does not go to Google instead of %s",
    async (base_url) => {
      const told = await warningsOf({ model: "m", base_url }, { GEMINI_API_KEY: "k" });
      const message =
        "search.base_url is not an https:// address without a password, and what it is for is left out";
      expect(told).toEqual([[message, SECURE]]);
    },
  );
});

describe("embeddings", () => {
  test("are off unless they are asked for", async () => {
    const env = { GEMINI_API_KEY: "k", OPENAI_API_KEY: "o" };
    expect((await searchOf({ model: "m" }, env)).embeddings).toBeUndefined();
  });

  test("with an address are of the OpenAI kind, and need no key", async () => {
    const embeddings = { base_url: "http://localhost:11434/v1", model: "m" };
    expect((await searchOf({ embeddings }, { GEMINI_API_KEY: "k" })).embeddings).toEqual({
      provider: "openai",
      baseUrl: new URL("http://localhost:11434/v1"),
      model: "m",
      apiKey: undefined,
      dimensions: undefined,
    });
  });

  test("of OpenAI itself need no address", async () => {
    const embeddings = { provider: "openai", model: "m", api_key: "${KEY}", dimensions: 256 };
    expect((await searchOf({ embeddings }, { KEY: "o" })).embeddings).toEqual({
      provider: "openai",
      baseUrl: new URL("https://api.openai.com/v1"),
      model: "m",
      apiKey: "o",
      dimensions: 256,
    });
  });

  test("without an address are Gemini's, by the key for Gemini", async () => {
    const settings = await searchOf({ embeddings: { model: "m" } }, { GEMINI_API_KEY: "k" });
    expect(settings.embeddings).toMatchObject({ provider: "gemini", apiKey: "k" });
    expect(settings.embeddings?.baseUrl.href).toBe(GEMINI);
  });

  test("of Gemini may have a key and an address of their own", async () => {
    const env = { GEMINI_API_KEY: "k" };
    const own = { provider: "gemini", model: "m", api_key: "own", base_url: "https://b.example" };
    const both = await searchOf({ base_url: "https://a.example", embeddings: own }, env);
    expect(both.embeddings).toMatchObject({ apiKey: "own", baseUrl: new URL("https://b.example") });
    const shared = await searchOf(
      { base_url: "https://a.example", embeddings: { model: "m" } },
      env,
    );
    expect(shared.embeddings?.baseUrl.href).toBe("https://a.example/");
  });

  test("that lack a key are left out with a warning", async () => {
    const message = "search.embeddings has no key for its provider, and is ignored";
    expect(await warningsOf({ embeddings: { model: "m" } })).toEqual([
      [message, 'add "gemini_api_key"; or "base_url", for an endpoint that wants none'],
    ]);
    expect(
      await warningsOf(
        { embeddings: { provider: "openai", model: "m", api_key: "${NONE:-}" } },
        { GEMINI_API_KEY: "k" },
      ),
    ).toEqual([[message, 'add "api_key"; or "base_url", for an endpoint that wants none']]);
  });

  test("that lack a variable, or a safe address, are left out with a warning", async () => {
    const model = "m";
    expect(
      await warningsOf({ embeddings: { model, base_url: "https://${GONE}", api_key: "${LOST}" } }),
    ).toEqual([
      [
        "search.embeddings.base_url needs the variable GONE, which is not set, and what it is for is left out",
        "set GONE where mcpzip is started, or write a default: ${GONE:-…}",
      ],
      [
        "search.embeddings.api_key needs the variable LOST, which is not set, and what it is for is left out",
        "set LOST where mcpzip is started, or write a default: ${LOST:-…}",
      ],
    ]);
    expect(await warningsOf({ embeddings: { model, base_url: "http://s3cret.example" } })).toEqual([
      [
        "search.embeddings.base_url is not an https:// address without a password, and what it is for is left out",
        SECURE,
      ],
    ]);
  });

  test("are not sent to Google when the gateway before it cannot be used", async () => {
    const search = { base_url: "http://s3cret.example", embeddings: { model: "m" } };
    expect(await warningsOf(search, { GEMINI_API_KEY: "k" })).toHaveLength(1);
  });
});
