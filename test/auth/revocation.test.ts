import { expect, test } from "bun:test";
import { revokeTokens } from "../../src/auth/revocation.ts";
import type { StoredAuthorization } from "../../src/auth/stored-authorization.ts";
import type { OAuthSettings } from "../../src/core/oauth-settings.ts";

interface Received {
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string | null;
}

/** A revocation endpoint, with what it was sent; `/metadata` is where the server would publish it. */
class RevocationLab implements AsyncDisposable {
  readonly #server: ReturnType<typeof Bun.serve>;
  readonly received: Received[] = [];
  readonly paths: string[] = [];
  status = 200;
  issuer: string;

  constructor() {
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (each) => this.#answer(each),
    });
    this.issuer = this.origin;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  revoke(changes: Partial<StoredAuthorization> = {}, settings: Partial<OAuthSettings> = {}) {
    const url = new URL(`${this.origin}/mcp`);
    const server = { name: "lab", url, settings: { interactive: "auto" as const, ...settings } };
    return revokeTokens(server, {
      server_url: url.href,
      tokens: { access_token: "access", refresh_token: "refresh", token_type: "Bearer" },
      client: { client_id: "me" },
      issuer: this.origin,
      revocation_endpoint: `${this.origin}/revoke`,
      ...changes,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    this.paths.push(pathname);
    if (pathname === "/.well-known/oauth-authorization-server") {
      return Response.json({
        issuer: this.issuer,
        authorization_endpoint: `${this.origin}/authorize`,
        token_endpoint: `${this.origin}/token`,
        revocation_endpoint: `${this.origin}/revoke`,
        response_types_supported: ["code"],
      });
    }
    if (pathname !== "/revoke") return new Response(null, { status: 404 });
    const form = Object.fromEntries(new URLSearchParams(await request.text()));
    this.received.push({ form, authorization: request.headers.get("authorization") });
    return new Response(null, { status: this.status });
  }
}

test("revokes the refresh token, then the access token, as the client that they are for", async () => {
  await using lab = new RevocationLab();
  expect(await lab.revoke()).toEqual({ kind: "revoked" });
  expect(lab.received.map(({ form }) => form)).toEqual([
    { token: "refresh", token_type_hint: "refresh_token", client_id: "me" },
    { token: "access", token_type_hint: "access_token", client_id: "me" },
  ]);
});

test("proves who it is with a secret, the config's where that is not stored", async () => {
  await using lab = new RevocationLab();
  const basic = `Basic ${btoa("me:hush")}`;
  await lab.revoke({ client: { client_id: "me", client_secret: "hush" } });
  await lab.revoke({}, { clientId: "me", clientSecret: "hush" });
  expect(lab.received.map(({ authorization }) => authorization)).toEqual([
    basic,
    basic,
    basic,
    basic,
  ]);
});

test("never sends the config's secret for another client's tokens", async () => {
  await using lab = new RevocationLab();
  await lab.revoke({}, { clientId: "other", clientSecret: "hush" });
  expect(lab.received.map(({ authorization }) => authorization)).toEqual([null, null]);
});

test("finds the endpoint when it is not stored, but only that of the tokens' own issuer", async () => {
  await using lab = new RevocationLab();
  const { revocation_endpoint: _none, ...stored } = {
    revocation_endpoint: undefined,
    server_url: `${lab.origin}/mcp`,
    tokens: { access_token: "access", token_type: "Bearer" },
    client: { client_id: "me" },
    issuer: lab.origin,
  };
  const url = new URL(stored.server_url);
  const server = { name: "lab", url, settings: { interactive: "auto" as const } };
  expect(await revokeTokens(server, stored)).toEqual({ kind: "revoked" });
  expect(lab.received).toHaveLength(1);
  const elsewhere = { ...stored, issuer: "https://former.example.com" };
  expect(await revokeTokens(server, elsewhere)).toEqual({ kind: "none" });
  expect(lab.received).toHaveLength(1);
});

test.each([
  ["answers 503", 503],
  ["refuses", 400],
  ["redirects", 302],
])("says that the authorization server %s", async (_what, status) => {
  await using lab = new RevocationLab();
  lab.status = status;
  const outcome = await lab.revoke();
  expect(outcome).toMatchObject({ kind: "failed", why: expect.stringContaining(`HTTP ${status}`) });
  expect(JSON.stringify(outcome)).not.toMatch(/"access"|refresh/);
});

test("says that it cannot be reached, or must not be", async () => {
  await using lab = new RevocationLab();
  const down = await lab.revoke({ revocation_endpoint: "http://127.0.0.1:1/revoke" });
  expect(down.kind).toBe("failed");
  const insecure = await lab.revoke({ revocation_endpoint: "http://example.com/revoke" });
  expect(insecure).toMatchObject({ why: expect.stringContaining("http://example.com is") });
});

test("sends nothing where there is no token, or nobody knows who issued it", async () => {
  await using lab = new RevocationLab();
  const url = new URL(`${lab.origin}/mcp`);
  const server = { name: "lab", url, settings: { interactive: "auto" as const } };
  const tokens = { access_token: "access", token_type: "Bearer" };
  expect(await revokeTokens(server, { server_url: url.href, issuer: lab.origin })).toEqual({
    kind: "none",
  });
  expect(await revokeTokens(server, { server_url: url.href, tokens })).toEqual({ kind: "none" });
  expect(lab.paths).toEqual([]);
});
