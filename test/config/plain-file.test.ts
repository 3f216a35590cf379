import { describe, expect, test } from "bun:test";
import { checkFile } from "../../src/config/check-file.ts";
import { readPlainFile } from "../../src/config/plain-file.ts";
import type { Problem } from "../../src/config/problem.ts";
import { embeddingsSchema } from "../../src/config/embeddings-schema.ts";
import { oauthSchema } from "../../src/config/oauth-schema.ts";
import { httpSchema, searchSchema, settingsSchema, stdioSchema } from "../../src/config/schema.ts";

const VALUES: readonly unknown[] = JSON.parse(`[
  "", "x", "stdio", "http", "sse", "streamable-http", "HTTP", "auto", "legacy",
  "on-call", "never", "openai", "gemini", "authorization_code", "client_credentials", "file", "keychain", 65535, 65536,
  -1, 0, 0.5, 1, 50, 51, 8192, 8193, 35791, 35792, 2147483, 2147483.5, 2147484, 1e300,
  true, false, null, [], ["x"], ["x", 1], {}, {"A": "x"}, {"A": 1}, {"default_limit": 7}, {"model": "x"},
  {"model": "x", "provider": "openai", "base_url": "https://x", "api_key": "y", "dimensions": 256}
]`);

const SERVERS: readonly Record<string, unknown>[] = [
  { command: "npx" },
  { command: "npx", args: ["-y"], env: { A: "b" }, cwd: "/srv", type: "stdio" },
  { url: "https://x" },
  { url: "https://x", headers: { A: "b" }, type: "streamable-http", oauth: {} },
  { url: "https://x", oauth: false },
  {
    url: "https://x",
    oauth: {
      clientId: "a",
      clientSecret: "b",
      clientMetadataUrl: "https://x",
      callbackPort: 1,
      scopes: ["c"],
      resource: "none",
      authServerMetadataUrl: "https://x",
      trustedIssuer: "https://x",
      grantType: "client_credentials",
      privateKey: "d",
      signingAlgorithm: "ES256",
      interactive: "on-call",
    },
  },
  { url: "https://x", type: "sse", disabled: true, call_timeout_seconds: 3, protocol: "auto" },
];

const NO_KEYS = ["unknown", "constructor", "__proto__"];
const SERVER_KEYS = [...Object.keys({ ...stdioSchema.shape, ...httpSchema.shape }), ...NO_KEYS];
const OAUTH_KEYS = [...Object.keys(oauthSchema.shape), ...NO_KEYS];
const SEARCH_KEYS = [...Object.keys(searchSchema.shape), ...NO_KEYS];
const EMBEDDINGS_KEYS = [...Object.keys(embeddingsSchema.shape), ...NO_KEYS];
const SETTING_KEYS = [...Object.keys(settingsSchema.shape), ...NO_KEYS];

/** Every healthy file with one key more or one value other. */
function* files(): Generator<unknown> {
  for (const server of SERVERS) {
    yield { mcpServers: { it: server } };
    for (const key of SERVER_KEYS) {
      for (const value of VALUES) yield { mcpServers: { it: withKey(server, { key, value }) } };
    }
  }
  for (const key of OAUTH_KEYS) {
    for (const value of VALUES) {
      const oauth = withKey({ clientId: "a" }, { key, value });
      for (const type of ["http", "sse"]) yield { mcpServers: { it: { type, url: "x", oauth } } };
    }
  }
  for (const value of VALUES) yield { mcpServers: { it: value } };
  const settings = { mcpServers: { it: { command: "npx" } }, search: { model: "x" } };
  for (const key of SETTING_KEYS) {
    for (const value of VALUES) yield withKey(settings, { key, value });
  }
  for (const key of SEARCH_KEYS) {
    for (const value of VALUES) yield { ...settings, search: withKey({}, { key, value }) };
  }
  for (const key of EMBEDDINGS_KEYS) {
    for (const value of VALUES) {
      const embeddings = withKey({ model: "x" }, { key, value });
      yield { ...settings, search: { embeddings } };
    }
  }
  for (const name of ["", "a b", "a__b", "a_", "ok"]) yield { mcpServers: { [name]: SERVERS[0] } };
  yield* VALUES;
}

/** Through JSON text, in which `__proto__` is a key like any other and the last of two counts. */
function withKey(object: object, { key, value }: { key: string; value: unknown }): unknown {
  const added = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  return JSON.parse(
    `${JSON.stringify(object).slice(0, -1)}${Object.keys(object).length > 0 ? "," : ""}${added}}`,
  );
}

describe("the fast way through a file", () => {
  test("takes nothing that the schema would report, and reads the same from it", () => {
    let taken = 0;
    for (const file of files()) {
      const plain = readPlainFile(file);
      if (plain === undefined) continue;
      taken += 1;
      const problems: Problem[] = [];
      const checked = checkFile(file, (problem) => problems.push(problem));
      expect(problems, JSON.stringify(file)).toEqual([]);
      expect<unknown>(plain).toEqual(checked);
    }
    expect(taken).toBeGreaterThan(100);
  });

  test("takes every healthy file, so that its start is fast", () => {
    for (const server of SERVERS) {
      expect(readPlainFile({ mcpServers: { it: server } })?.entries.get("it")).toBeDefined();
    }
    expect(readPlainFile({ mcpServers: {} })?.entries.size).toBe(0);
    const settings = { mcpServers: { it: SERVERS[0] }, token_storage: "keychain", stats: false };
    expect(readPlainFile(settings)?.settings).toMatchObject({
      token_storage: "keychain",
      stats: false,
    });
    const embeddings = {
      provider: "openai",
      base_url: "http://localhost:11434/v1",
      model: "nomic-embed-text",
      api_key: "${KEY}",
      dimensions: 256,
    };
    const search = { model: "x", base_url: "https://x", embeddings };
    expect(readPlainFile({ ...settings, search })?.settings.search).toMatchObject(search);
  });
});
