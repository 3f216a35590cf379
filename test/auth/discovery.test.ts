import { expect, setDefaultTimeout, test } from "bun:test";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const outage = () => new Response("try later", { status: 503 });

test.each([
  ["the resource's", "server"],
  ["the authorization server's", "auth"],
] as const)(
  "%s metadata out of order is an outage: nothing is registered anywhere",
  async (_, at) => {
    await using lab = await OAuthLab.start();
    if (at === "auth") {
      lab.auth.knobs.intercept = ({ path }) =>
        path.startsWith("/.well-known/") ? outage() : undefined;
    }
    lab.server.knobs.intercept = (request) =>
      at === "server" && request.url.includes("/.well-known/") ? outage() : undefined;
    const authorizer = lab.authorizer();
    const error = await rejection(lab.visit(authorizer));
    expect(error).toMatchObject({ code: "AUTH_UNAVAILABLE" });
    expect(lab.opened).toEqual([]);
    expect(lab.auth.requests("/reg")).toEqual([]);
    expect(lab.server.seen.map(({ path }) => path)).not.toContain("/register");
    lab.auth.knobs.intercept = undefined;
    lab.server.knobs.intercept = undefined;
    expect((await lab.visit(authorizer, { isWanted: false })).status).toBe(200);
  },
);

test("metadata out of order loses no tokens when they have been refused", async () => {
  await using lab = await OAuthLab.start();
  const { tokens } = await lab.signIn();
  const before = lab.readTokenFile();
  lab.server.refuse(tokens?.access_token ?? "");
  lab.auth.knobs.intercept = outage;
  expect(await rejection(lab.visit(lab.authorizer()))).toMatchObject({ code: "AUTH_UNAVAILABLE" });
  expect(lab.readTokenFile()).toBe(before);
  expect(lab.opened).toEqual([]);
});

test("a server of 2025-03-26 without any resource metadata is its own authorization server", async () => {
  await using lab = await OAuthLab.start();
  lab.server.knobs.challenge = () => "Bearer";
  lab.server.knobs.metadata = () => undefined;
  // One origin for both: the metadata and the endpoints that it names.
  lab.server.knobs.intercept = (request) => {
    const { pathname } = new URL(request.url);
    return pathname === "/.well-known/oauth-authorization-server"
      ? fetch(`${lab.auth.issuer}${pathname}`, { proxy: false })
      : undefined;
  };
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  expect((await lab.stored()).resource).toBe(lab.server.url.href);
});

test("a server with no metadata at all is asked at the default places of its own origin", async () => {
  await using lab = await OAuthLab.start();
  lab.server.knobs.challenge = () => "Bearer";
  lab.server.knobs.metadata = () => undefined;
  lab.server.knobs.intercept = (request) =>
    new URL(request.url).pathname === "/register"
      ? Response.json({ error: "no" }, { status: 400 })
      : undefined;
  expect(await rejection(lab.visit(lab.authorizer()))).toMatchObject({ code: "AUTH_FAILED" });
  expect(lab.server.seen.map(({ path }) => path)).toContain("/register");
  expect(lab.auth.seen).toEqual([]);
});

test.each([
  ["after another scheme", (bearer: string) => `Basic realm="a, b", ${bearer}`],
  ["before another scheme", (bearer: string) => `${bearer}, Negotiate abc==, Basic realm="x"`],
  ["in another case", (bearer: string) => bearer.replace("Bearer", "bearer")],
])("the challenge is found %s", async (_, challenge) => {
  await using lab = await OAuthLab.start();
  lab.server.knobs.challenge = (standard) =>
    challenge(standard.replace("oauth-protected-resource/mcp", "oauth-protected-resource/here"));
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  const asked = lab.server.seen.map(({ path }) => path).filter((path) => path.includes("known"));
  expect(asked).toEqual(["/.well-known/oauth-protected-resource/here"]);
  expect(lab.opened[0]?.searchParams.get("scope")).toContain("mcp:basic");
});

test.each([
  ["no PKCE method", undefined],
  ["the plain method only", ["plain"]],
])("an authorization server that promises %s is refused", async (_, methods) => {
  await using lab = await OAuthLab.start();
  lab.auth.knobs.edit = (path, json) =>
    path.startsWith("/.well-known/")
      ? { ...json, code_challenge_methods_supported: methods }
      : json;
  const error = await rejection(lab.visit(lab.authorizer()));
  expect(error).toMatchObject({ code: "AUTH_FAILED" });
  expect(String((error as { why?: string }).why)).toContain("PKCE");
  expect(lab.auth.requests("/reg")).toEqual([]);
});

test("another issuer in the metadata is refused by an error that names oauth.trustedIssuer", async () => {
  await using lab = await OAuthLab.start();
  lab.auth.knobs.edit = (path, json) =>
    path.startsWith("/.well-known/") ? { ...json, issuer: "https://other.test" } : json;
  const error = await rejection(lab.visit(lab.authorizer()));
  expect(error).toMatchObject({ code: "AUTH_FAILED" });
  expect(String((error as { fix?: string }).fix)).toContain(
    '"trustedIssuer": "https://other.test"',
  );
  expect(lab.auth.requests("/reg")).toEqual([]);
});

test("metadata of another resource is refused", async () => {
  await using lab = await OAuthLab.start();
  lab.server.knobs.metadata = (standard) => ({ ...standard, resource: "https://bank.test/mcp" });
  const error = await rejection(lab.visit(lab.authorizer()));
  expect(error).toMatchObject({ code: "AUTH_FAILED" });
  expect(lab.auth.seen).toEqual([]);
});

test.each(["authorization_endpoint", "token_endpoint", "registration_endpoint"])(
  "a %s that is neither https nor on this machine gets nothing",
  async (endpoint) => {
    await using lab = await OAuthLab.start();
    lab.auth.knobs.edit = (path, json) =>
      path.startsWith("/.well-known/") ? { ...json, [endpoint]: "http://evil.test/x" } : json;
    expect(await rejection(lab.visit(lab.authorizer()))).toMatchObject({ code: "AUTH_FAILED" });
    expect(lab.opened.filter(({ host }) => host === "evil.test")).toEqual([]);
  },
);

test("a client ID metadata document stands in for a registration", async () => {
  const clientMetadataUrl = "https://mcpzip.test/client.json";
  const document = {
    client_id: clientMetadataUrl,
    client_name: "mcpzip",
    redirect_uris: ["http://127.0.0.1/oauth/callback"],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
    application_type: "native",
  };
  await using lab = await OAuthLab.start({ documents: { [clientMetadataUrl]: document } });
  const target = lab.target({ clientMetadataUrl });
  expect((await lab.visit(lab.authorizer(), { target })).status).toBe(200);
  expect(lab.auth.requests("/reg")).toEqual([]);
  expect(lab.opened[0]?.searchParams.get("client_id")).toBe(clientMetadataUrl);
});

test("a server that lets nobody register says what to configure", async () => {
  await using lab = await OAuthLab.start();
  lab.auth.knobs.edit = (path, json) =>
    path.startsWith("/.well-known/") ? { ...json, registration_endpoint: undefined } : json;
  const error = await rejection(lab.visit(lab.authorizer()));
  expect(error).toMatchObject({ code: "AUTH_FAILED" });
  expect(String((error as { fix?: string }).fix)).toContain('"clientId"');
});
