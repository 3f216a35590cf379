import { expect, setDefaultTimeout, test } from "bun:test";
import { exportJWK, exportPKCS8, generateKeyPair } from "jose";
import { AuthServer } from "../fixtures/oauth/auth-server.ts";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const machine = {
  client_id: "the machine:1",
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  scope: "mcp:basic mcp:write",
};
const settings = { grantType: "client_credentials", clientId: machine.client_id } as const;

test.each(["client_secret_basic", "client_secret_post"] as const)(
  'a secret with ":" and "%%" signs in without any person, by %s',
  async (method) => {
    const secret = "a:b%2Fc d+&=";
    const client = { ...machine, client_secret: secret, token_endpoint_auth_method: method };
    await using lab = await OAuthLab.start({ clients: [client] });
    lab.auth.knobs.edit = (path, json) =>
      path.startsWith("/.well-known/")
        ? { ...json, token_endpoint_auth_methods_supported: [method] }
        : json;
    const target = lab.target({ ...settings, clientSecret: secret });
    expect((await lab.visit(lab.authorizer(), { target, isWanted: false })).status).toBe(200);
    expect((await lab.visit(lab.authorizer(), { target })).status).toBe(200);
    expect(lab.auth.requests("/token", "client_credentials")).toHaveLength(1);
    expect(lab.opened).toEqual([]);
    expect(lab.readTokenFile()).not.toContain("a:b%2Fc");
    expect(lab.log.lines.join("\n")).not.toContain("a:b%2Fc");
  },
);

test("a signed assertion signs in, and again when the token has run out", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: "ES256", kid: "1" }] };
  const client = { ...machine, token_endpoint_auth_method: "private_key_jwt" as const, jwks };
  await using lab = await OAuthLab.start({ clients: [client] });
  const target = lab.target({ ...settings, privateKey: await exportPKCS8(privateKey) });
  expect((await lab.visit(lab.authorizer(), { target })).status).toBe(200);
  await lab.expire(target);
  expect((await lab.visit(lab.authorizer(), { target })).status).toBe(200);
  expect(lab.auth.requests("/token", "client_credentials")).toHaveLength(2);
  expect(lab.opened).toEqual([]);
});

test("a wrong secret is an error that names the keys, and not the secret", async () => {
  const client = { ...machine, client_secret: "right" };
  await using lab = await OAuthLab.start({ clients: [client] });
  const target = lab.target({ ...settings, clientSecret: "a wrong secret" });
  const error = await rejection(lab.visit(lab.authorizer(), { target }));
  expect(error).toMatchObject({ code: "AUTH_FAILED" });
  expect(String((error as { fix?: string }).fix)).toContain('"clientSecret"');
  expect(JSON.stringify(error)).not.toContain("a wrong secret");
});

test("an outage keeps what is there", async () => {
  const client = { ...machine, client_secret: "right" };
  await using lab = await OAuthLab.start({ clients: [client] });
  const target = lab.target({ ...settings, clientSecret: "right" });
  lab.auth.knobs.intercept = () => new Response("later", { status: 503 });
  const error = await rejection(lab.visit(lab.authorizer(), { target }));
  expect(error).toMatchObject({ code: "AUTH_UNAVAILABLE" });
  lab.auth.knobs.intercept = undefined;
  expect((await lab.visit(lab.authorizer(), { target })).status).toBe(200);
});

test("a secret never goes to another authorization server than the one that knew it", async () => {
  const client = { ...machine, client_secret: "right" };
  await using lab = await OAuthLab.start({ clients: [client] });
  await using next = await AuthServer.start({ clients: [client] });
  const target = lab.target({ ...settings, clientSecret: "right" });
  const { tokens } = await lab.signIn(target);
  lab.server.knobs.authServer = next;
  lab.server.refuse(tokens?.access_token ?? "");
  const error = await rejection(lab.visit(lab.authorizer(), { target }));
  expect(error).toMatchObject({ code: "AUTH_FAILED" });
  expect(next.requests("/token")).toEqual([]);
});

test("a tool that wants another scope says so, and nobody is asked to sign in", async () => {
  const client = { ...machine, client_secret: "right" };
  await using lab = await OAuthLab.start({ clients: [client] });
  const target = lab.target({ ...settings, clientSecret: "right" });
  const error = await rejection(lab.visit(lab.authorizer(), { target, tool: "add" }));
  expect(error).toMatchObject({ code: "AUTH_REJECTED" });
  expect(String((error as { fix?: string }).fix)).toContain('"scopes"');
  expect(lab.opened).toEqual([]);
});
