import { describe, expect, test } from "bun:test";
import type { OAuthSettings } from "../../src/core/oauth-settings.ts";
import type { Env } from "../../src/config/config.ts";
import { load, loadServer, serverFault, withoutPath } from "./temp-config.ts";

const url = "https://mcp.example.com/mcp";

async function settingsOf(oauth: unknown, env: Env = {}): Promise<OAuthSettings | undefined> {
  const server = await loadServer({ url, oauth }, env);
  if (server.type === "stdio") throw new Error("a url made a stdio server");
  return server.oauth;
}

async function warningsOf(entry: unknown): Promise<string[]> {
  const { warnings } = await load({ mcpServers: { it: entry } });
  return warnings.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

describe("OAuth", () => {
  test.each([undefined, true, {}])("is on with its defaults for %p", async (oauth) => {
    expect(await settingsOf(oauth)).toEqual({ interactive: "auto" });
  });

  test("is on for sse servers too", async () => {
    const server = await loadServer({ type: "sse", url, oauth: { clientId: "x" } });
    expect(server).toMatchObject({ oauth: { clientId: "x", interactive: "auto" } });
  });

  test("is off where the file says false", async () => {
    expect(await settingsOf(false)).toBeUndefined();
  });

  test.each([undefined, true, false, { clientId: "x" }])(
    "is off with headers, whatever it says: %j",
    async (oauth) => {
      const server = await loadServer({ url, headers: { Authorization: "Bearer x" }, oauth });
      expect(server).toHaveProperty("oauth", undefined);
    },
  );

  test("stays on with headers that hold nothing", async () => {
    const server = await loadServer({ url, headers: {} });
    expect(server).toHaveProperty("oauth", { interactive: "auto" });
  });

  test("is a warning beside headers, where it has no effect", async () => {
    const message = 'server "it": "oauth" is ignored because "headers" are set';
    const headers = { "X-Key": "x" };
    expect(await warningsOf({ url, headers, oauth: true })).toEqual([`8:7: ${message}`]);
    expect(await warningsOf({ url, headers, oauth: {} })).toEqual([`8:7: ${message}`]);
    expect(await warningsOf({ url, headers, oauth: false })).toEqual([]);
    expect(await warningsOf({ url, headers: {}, oauth: true })).toEqual([]);
  });

  test("needs no variable where it is ignored, or its server is disabled", async () => {
    const oauth = { clientSecret: "${GONE}", clientMetadataUrl: "${GONE}" };
    const ignored = await loadServer({ url, headers: { "X-Key": "x" }, oauth });
    expect(ignored).toHaveProperty("oauth", undefined);
    expect(await loadServer({ url, oauth, disabled: true })).toMatchObject({ isDisabled: true });
  });
});

describe("the settings of OAuth", () => {
  const ALL = {
    clientId: "id",
    clientSecret: "secret",
    clientMetadataUrl: "https://example.com/client.json",
    callbackPort: 65_535,
    scopes: "read write",
    resource: "none",
    authServerMetadataUrl: "https://auth.example.com/.well-known/oauth-authorization-server",
    trustedIssuer: "https://auth.example.com",
    grantType: "client_credentials",
    privateKey: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    signingAlgorithm: "RS256",
    interactive: "on-call",
  } as const;

  test("are kept as they are written", async () => {
    expect(await settingsOf(ALL)).toEqual(ALL);
  });

  test("have scopes as a text or as an array", async () => {
    expect(await settingsOf({ scopes: ["read", "write"] })).toMatchObject({ scopes: "read write" });
    expect(await settingsOf({ scopes: [] })).toEqual({ interactive: "auto" });
  });

  test.each([
    "clientId",
    "clientSecret",
    "scopes",
    "resource",
    "trustedIssuer",
    "privateKey",
    "signingAlgorithm",
  ])("hold variables: %s", async (key) => {
    const settings = await settingsOf({ [key]: "a-${NAME}" }, { NAME: "value" });
    expect(settings).toEqual({ [key]: "a-value", interactive: "auto" });
  });

  test("hold variables in their addresses and in an array of scopes", async () => {
    const written = {
      clientMetadataUrl: "https://${HOST}/client.json",
      authServerMetadataUrl: "${SCHEME:-https}://${HOST}/metadata",
      scopes: ["${SCOPE}", "${SCOPE}:write"],
    };
    expect(await settingsOf(written, { HOST: "example.com", SCOPE: "notes" })).toEqual({
      clientMetadataUrl: "https://example.com/client.json",
      authServerMetadataUrl: "https://example.com/metadata",
      scopes: "notes notes:write",
      interactive: "auto",
    });
  });

  test("that an empty variable leaves empty count as not given", async () => {
    const written = {
      clientSecret: "${EMPTY}",
      clientMetadataUrl: "${GONE:-}",
      scopes: "${EMPTY}",
    };
    expect(await settingsOf(written, { EMPTY: "" })).toEqual({ interactive: "auto" });
  });

  test.each([
    [{ clientSecret: "${GONE}" }, "oauth.clientSecret"],
    [{ privateKey: "x${GONE}" }, "oauth.privateKey"],
    [{ scopes: "${GONE}" }, "oauth.scopes"],
    [{ scopes: ["a", "${GONE}"] }, "oauth.scopes[1]"],
    [{ clientMetadataUrl: "${GONE}" }, "oauth.clientMetadataUrl"],
    [
      { clientSecret: "${GONE}", clientId: "x", grantType: "client_credentials" },
      "oauth.clientSecret",
    ],
  ])("name the variable that is not set: %j", async (oauth, field) => {
    const error = await serverFault({ url, oauth });
    expect(error.code).toBe("ENV_MISSING");
    expect(error.message).toBe(`server "it": ${field} needs the variable GONE, which is not set`);
    expect(error.why).not.toContain("also");
  });
});

describe.each(["clientMetadataUrl", "authServerMetadataUrl"])("the address in %s", (key) => {
  test.each([
    "https://x.example/a",
    "http://localhost:1/a",
    "http://127.0.0.1/a",
    "http://[::1]/a",
  ])("may be %s", async (address) => {
    expect(await settingsOf({ [key]: address })).toMatchObject({ [key]: address });
  });

  test.each([
    "http://x.example/s3cret",
    "http://localhost.example/s3cret",
    "ftp://127.0.0.1/s3cret",
    "x.example/s3cret",
    "https://",
    "${HIDDEN}",
  ])("must not be %s", async (address) => {
    const error = await serverFault({ url, oauth: { [key]: address } }, { HIDDEN: "s3cret" });
    expect(error).toMatchObject({
      code: "CONFIG_INVALID",
      fix: "write it in full, with https://; http:// is for addresses of this machine only",
    });
    expect(withoutPath(error.message)).toBe(
      `config.json:6:${13 + key.length}: server "it": oauth.${key} is not an https:// address`,
    );
    expect(Bun.inspect(error)).not.toContain("s3cret");
  });
});

describe("a sign-in with client credentials", () => {
  const grantType = "client_credentials";

  test.each([
    [{ grantType, clientSecret: "s3cret" }, "a clientId", 'add "clientId" to oauth'],
    [
      { grantType, clientId: "x" },
      "a clientSecret or a privateKey",
      'add "clientSecret" or "privateKey" to oauth',
    ],
    [
      { grantType, clientId: "x", clientSecret: "${EMPTY}" },
      "a clientSecret or a privateKey",
      'add "clientSecret" or "privateKey" to oauth',
    ],
  ])("is a fault when something lacks: %j", async (oauth, lack, fix) => {
    const error = await serverFault({ url, oauth }, { EMPTY: "" });
    expect(error).toMatchObject({ code: "CONFIG_INVALID", server: "it", fix });
    expect(withoutPath(error.message)).toBe(
      `config.json:6:22: server "it": oauth.grantType "client_credentials" needs ${lack}`,
    );
    expect(Bun.inspect(error)).not.toContain("s3cret");
  });

  test("tells both when both lack", async () => {
    const error = await serverFault({ url, oauth: { grantType } });
    expect(error.message).toEndWith("needs a clientId");
    expect(error.why).toEndWith("needs a clientSecret or a privateKey");
  });

  test("takes a secret or a key", async () => {
    for (const proof of [{ clientSecret: "s" }, { privateKey: "k" }]) {
      const oauth = { grantType, clientId: "x", ...proof } as const;
      expect(await settingsOf(oauth)).toEqual({ ...oauth, interactive: "auto" });
    }
  });

  test("asks nothing of the other grant type", async () => {
    expect(await settingsOf({ grantType: "authorization_code" })).toEqual({
      grantType: "authorization_code",
      interactive: "auto",
    });
  });
});
