import { describe, expect, test } from "bun:test";
import { maskSecrets } from "../../src/config/mask-secrets.ts";
import { load, loadError } from "./temp-config.ts";

const masked = (text: string) => maskSecrets(text)(0, text.length);

describe("a frame shows", () => {
  test.each([
    ['{"command": "npx", "cwd": "/srv"}', '{"command": "npx", "cwd": "/srv"}'],
    ['{"type": "htpp", "disabled": true}', '{"type": "htpp", "disabled": true}'],
    ['{"call_timeout_seconds": 60}', '{"call_timeout_seconds": 60}'],
    ['{"anything": [null, true]}', '{"anything": [null, true]}'],
    ['{"token_storage": "keyring"}', '{"token_storage": "keyring"}'],
    [
      '{"oauth": {"callbackPort": 0, "grantType": "x", "interactive": "y"}}',
      '{"oauth": {"callbackPort": 0, "grantType": "x", "interactive": "y"}}',
    ],
    ["{mcpServers: 1}", "{mcpServers: …}"],
  ])("%s", (text, expected) => {
    expect(masked(text)).toBe(expected);
  });
});

describe("a frame hides", () => {
  test.each([
    ['{"env": {"A": "s3cret", "type": "s3cret"}}', '{"env": {"A": "…", "type": "…"}}'],
    ['{"headers": {"A": ["s3cret", {"b": "s3cret"}]}}', '{"headers": {"A": ["…", {"b": "…"}]}}'],
    ['{"oauth": {"clientSecret": "s3cret"}}', '{"oauth": {"clientSecret": "…"}}'],
    [
      '{"oauth": {"privateKey": "s3cret", "type": "s3cret", "scopes": ["s3cret"]}}',
      '{"oauth": {"privateKey": "…", "type": "…", "scopes": ["…"]}}',
    ],
    [
      '{"oauth": {"privateKey": {"interactive": "s3cret"}}}',
      '{"oauth": {"privateKey": {"interactive": "…"}}}',
    ],
    ['{"env": {"interactive": "s3cret"}}', '{"env": {"interactive": "…"}}'],
    ['{"env": {"oauth": "s3cret"}}', '{"env": {"oauth": "…"}}'],
    [
      '{"search": {"embeddings": {"base_url": "https://s3cret", "api_key": "s3cret", "model": "x"}}}',
      '{"search": {"embeddings": {"base_url": "…", "api_key": "…", "model": "x"}}}',
    ],
    ['{"gemini_api_key": "s3cret"}', '{"gemini_api_key": "…"}'],
    ['{"args": ["--token", "s3cret"]}', '{"args": ["…", "…"]}'],
    ['{"url": "https://x/s3cret/mcp"}', '{"url": "…"}'],
    ['{"command": "npx x --token s3cret"}', '{"command": "…"}'],
    ['{"env": {"PIN": 1234}}', '{"env": {"PIN": …}}'],
    ['{"a": 1} // s3cret', '{"a": …} // …'],
    ['{"a": "esc\\"s3cret"}', '{"a": "…"}'],
  ])("the secrets in %s", (text, expected) => {
    expect(masked(text)).toBe(expected);
  });

  test.each([
    '{"env": {"TOKEN" "s3cret"}}',
    '{"env": {"TOKEN", "s3cret"}}',
    '{"env": {"TOKEN": s3cret}}',
    '{"env": {"TOKEN": "s3cret}}',
    '{"env": {"TOKEN": s3cret"}}',
    '{"env": {"TOKEN: "s3cret"}}',
    '{"env": {"TOKEN": "x"s3cret"}}',
    "{'env': {'TOKEN': 's3cret'}}",
    "{env: {TOKEN: 's3 s3cret x'}}",
    '{"env": {"TOKEN": "A": "s3cret"}}',
    '{"env": {"A": "s3cret" "B": "s3cret"}}',
    '{"env": ["TOKEN": "s3cret"]}',
    '{"env": {"A": "x"}} "s3cret"',
    "TOKEN=s3cret",
    '{"oauth": {"privateKey": "-----BEGIN\ns3cret//s3cret+s3cret=\n-----END", "x": "s3cret"}}',
    '{"oauth": {"interactive": "auto" "clientSecret": "s3cret"}}',
  ])("the secret in the broken %s", async (text) => {
    expect(masked(text)).not.toContain("s3cret");
    expect(Bun.inspect(await loadError(text))).not.toContain("s3cret");
  });
});

test("no message, frame or fix of any kind shows a secret", async () => {
  const text = JSON.stringify(
    {
      mcpServers: {
        a: { command: 1, env: { T: "s3cret" }, args: ["s3cret"] },
        b: { url: "s3cret", headers: { A: "s3cret\n" } },
        c: { command: "x --s3cret", env: { T: ["s3cret"] }, args: "s3cret", cwd: 1 },
        d: { url: ["s3cret"], headers: "s3cret", oauth: "s3cret" },
        e: { command: "x", tokn: "s3cret", env: { T: "${GONE}s3cret" } },
        f: { type: { a: "s3cret" }, url: "https://x/s3cret" },
        g: "s3cret",
        h: {
          url: "https://x",
          oauth: { clientSecret: ["s3cret"], privateKey: { type: "s3cret" } },
        },
        i: { url: "https://x", oauth: { clientId: "s3cret", grantType: "client_credentials" } },
        j: { url: "https://x", oauth: { privateKey: "s3cret${GONE}", clientSecret: "s3cret" } },
        k: { url: "https://x", oauth: { secret: "s3cret", clientMetadataUrl: "http://x/s3cret" } },
      },
      gemini_api_key: "s3cret",
      gemini_api_kye: "s3cret",
      search: {
        model: "x",
        base_url: "http://s3cret.example",
        embeddings: { base_url: "https://a:s3cret@x", model: "y", api_key: "s3cret${GONE}" },
      },
    },
    null,
    1,
  );
  const { config, warnings } = await load(text);
  expect([...config.faults.keys()]).toEqual([..."abcdefghijk"]);
  expect(warnings).toHaveLength(6);
  const told = [...config.faults.values()].map(({ message, why, fix }) => [message, why, fix]);
  expect(JSON.stringify([told, warnings])).not.toContain("s3cret");
});
