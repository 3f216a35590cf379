import { expect, setDefaultTimeout, test } from "bun:test";
import { nowSeconds, OAuthLab } from "../fixtures/oauth/lab.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS, within } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

function unavailable(status: number): Response {
  return new Response("try later", { status });
}

test("a first call signs in through the browser, and a restart needs no sign-in", async () => {
  await using lab = await OAuthLab.start();
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  expect(lab.opened).toHaveLength(1);
  expect(lab.signedIn).toEqual(["lab"]);
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  expect(lab.opened).toHaveLength(1);
  expect(lab.auth.requests("/token")).toHaveLength(1);
});

test("20 calls that meet an expired token refresh it once", async () => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  await lab.expire();
  const authorizer = lab.authorizer();
  const visits = await Promise.all(Array.from({ length: 20 }, () => lab.visit(authorizer)));
  expect(visits.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(lab.auth.requests("/token", "refresh_token")).toHaveLength(1);
  expect(lab.opened).toEqual([]);
});

test("a server whose clock is ahead of ours gets a refreshed token", async () => {
  await using lab = await OAuthLab.start();
  const { tokens } = await lab.signIn();
  lab.server.refuse(tokens?.access_token ?? "");
  const authorizer = lab.authorizer();
  expect((await lab.visit(authorizer)).status).toBe(200);
  expect((await lab.visit(authorizer)).status).toBe(200);
  expect(lab.auth.requests("/token", "refresh_token")).toHaveLength(1);
  expect(lab.opened).toEqual([]);
});

test("a server that is ahead by more than a token's life is not asked for ever", async () => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  lab.server.knobs.aheadSeconds = 10_000;
  expect(await rejection(lab.visit(lab.authorizer()))).toMatchObject({ code: "AUTH_REQUIRED" });
  expect(lab.auth.requests("/token", "refresh_token")).toHaveLength(1);
  expect(lab.opened).toEqual([]);
});

test.each([503, 500, 429])(
  "a token endpoint that answers %d changes nothing, and works again afterwards",
  async (status) => {
    await using lab = await OAuthLab.start();
    await lab.signIn();
    await lab.expire();
    const before = lab.readTokenFile();
    const authorizer = lab.authorizer();
    lab.auth.knobs.intercept = ({ path }) => (path === "/token" ? unavailable(status) : undefined);
    const error = await rejection(lab.visit(authorizer));
    expect(error).toMatchObject({ code: "AUTH_UNAVAILABLE", server: "lab" });
    expect(lab.opened).toEqual([]);
    expect(lab.readTokenFile()).toBe(before);
    lab.auth.knobs.intercept = undefined;
    expect((await lab.visit(authorizer)).status).toBe(200);
    expect(lab.opened).toEqual([]);
  },
);

test("a token endpoint that hangs ends in AUTH_UNAVAILABLE, and nothing is lost", async () => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  await lab.expire();
  const hang = Promise.withResolvers<Response>();
  lab.auth.knobs.intercept = ({ path }) => (path === "/token" ? hang.promise : undefined);
  const authorizer = lab.authorizer();
  const visits = [lab.visit(authorizer), lab.visit(authorizer)];
  const errors = await within(Promise.all(visits.map(rejection)), 50_000);
  for (const error of errors) expect(error).toMatchObject({ code: "AUTH_UNAVAILABLE" });
  hang.resolve(unavailable(503));
  lab.auth.knobs.intercept = undefined;
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  expect(lab.opened).toEqual([]);
});

test.each([
  ["a page of a proxy's", () => new Response("<h1>Sign in to the hotel</h1>")],
  ["HTTP 403 without a reason", () => new Response("<h1>no</h1>", { status: 403 })],
  ["half a token", () => Response.json({ token_type: "Bearer" })],
  ["a passing error in HTTP 200", () => Response.json({ error: "temporarily_unavailable" })],
])("a token endpoint that gives %s has said nothing", async (_, answer) => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  await lab.expire();
  const before = lab.readTokenFile();
  lab.auth.knobs.intercept = ({ path }) => (path === "/token" ? answer() : undefined);
  const error = await rejection(lab.visit(lab.authorizer()));
  expect(error).toMatchObject({ code: "AUTH_UNAVAILABLE" });
  expect(JSON.stringify(error)).not.toContain("hotel");
  expect(lab.readTokenFile()).toBe(before);
  expect(lab.opened).toEqual([]);
});

test("an outage is none while the token is still good", async () => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  await lab.leaveSeconds(20);
  lab.auth.knobs.intercept = () => unavailable(503);
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  expect(lab.auth.requests("/token")).not.toHaveLength(0);
});

test("a token is renewed ahead of its end", async () => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  const old = await lab.leaveSeconds(50);
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  expect(lab.server.tokens).toHaveLength(1);
  expect(lab.server.tokens).not.toContain(old);
});

test.each(["opaque", "jwt"] as const)(
  "a token without expires_in (%s) is used, renewed and used again",
  async (format) => {
    await using lab = await OAuthLab.start();
    lab.auth.knobs.tokenFormat = format;
    lab.auth.knobs.edit = (path, json) =>
      path === "/token" ? { ...json, expires_in: undefined } : json;
    const { tokens } = await lab.signIn();
    if (format === "jwt") expect(tokens?.expires_at).toBeGreaterThan(nowSeconds() + 500);
    else expect(tokens?.expires_at).toBeUndefined();
    lab.server.refuse(tokens?.access_token ?? "");
    expect((await lab.visit(lab.authorizer())).status).toBe(200);
    expect(lab.auth.requests("/token", "refresh_token")).toHaveLength(1);
    expect(lab.opened).toEqual([]);
  },
);

test("what another process has renewed is taken, not renewed again", async () => {
  await using lab = await OAuthLab.start();
  const { tokens } = await lab.signIn();
  const [first, second] = [lab.authorizer(), lab.authorizer()];
  for (const each of [first, second]) await lab.visit(each);
  lab.server.refuse(tokens?.access_token ?? "");
  expect((await lab.visit(first)).status).toBe(200);
  expect((await lab.visit(second)).status).toBe(200);
  expect(lab.auth.requests("/token", "refresh_token")).toHaveLength(1);
});

test("metadata that is out of order does not keep a token from being renewed", async () => {
  await using lab = await OAuthLab.start();
  const { tokens } = await lab.signIn();
  lab.server.refuse(tokens?.access_token ?? "");
  lab.auth.knobs.intercept = ({ path }) =>
    path.startsWith("/.well-known/") ? unavailable(503) : undefined;
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  expect(lab.opened).toEqual([]);
});
