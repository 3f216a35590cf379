import { expect, setDefaultTimeout, test } from "bun:test";
import { renameSync } from "node:fs";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

test("a token of one server never reaches another, not even on another port of the host", async () => {
  await using one = await OAuthLab.start();
  await using other = await OAuthLab.start();
  const authorizer = one.authorizer();
  const targets = [one.target({}, "one"), other.target({}, "other")];
  for (const target of targets) await one.visit(authorizer, { target });
  for (const target of targets) await one.visit(one.authorizer(), { target });
  const [first, second] = [one.server.tokens, other.server.tokens];
  expect([first.length, second.length]).toEqual([1, 1]);
  expect(first).not.toEqual(second);
  expect(new URL(one.server.origin).hostname).toBe(new URL(other.server.origin).hostname);
});

test("a server of the same name at another address gets no token of the first", async () => {
  await using one = await OAuthLab.start();
  await using other = await OAuthLab.start();
  await one.signIn();
  const target = { ...other.target(), settings: { interactive: "never" as const } };
  const error = await rejection(one.visit(one.authorizer(), { target }));
  expect(error).toMatchObject({ code: "AUTH_REQUIRED" });
  expect(other.server.tokens).toEqual([]);
});

test("a server that moves to another address while mcpzip runs takes no token along", async () => {
  await using one = await OAuthLab.start();
  await using other = await OAuthLab.start();
  const authorizer = one.authorizer();
  await one.signIn();
  await one.visit(authorizer);
  const target = { ...other.target(), settings: { interactive: "never" as const } };
  const error = await rejection(one.visit(authorizer, { target }));
  expect(error).toMatchObject({ code: "AUTH_REQUIRED" });
  expect(one.server.tokens).toHaveLength(1);
  expect(other.server.tokens).toEqual([]);
});

test("the same host with another path is another server", async () => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  const url = new URL("/mcp/other", lab.server.origin);
  const target = { ...lab.target({ interactive: "never" }), url };
  const error = await rejection(lab.visit(lab.authorizer(), { target }));
  expect(error).toMatchObject({ code: "AUTH_REQUIRED" });
  expect(lab.server.tokens).toEqual([]);
});

test("a token file that was renamed to another server's is not used for that one", async () => {
  await using one = await OAuthLab.start();
  await using other = await OAuthLab.start();
  await one.signIn();
  renameSync(one.tokenFile(), one.tokenFile("json", other.server.url));
  const target = other.target({ interactive: "never" });
  await rejection(one.visit(one.authorizer(), { target }));
  expect(other.server.tokens).toEqual([]);
});

test("a redirect to another origin never carries the token", async () => {
  await using lab = await OAuthLab.start();
  await using other = await OAuthLab.start();
  await lab.signIn();
  lab.server.knobs.intercept = () => Response.redirect(other.server.url.href, 307);
  expect((await lab.visit(lab.authorizer())).status).toBe(307);
  expect(other.server.seen).toEqual([]);
  expect(lab.server.tokens).toHaveLength(1);
});

test("a request of the transport to another origin carries no token", async () => {
  await using lab = await OAuthLab.start();
  await using other = await OAuthLab.start();
  await lab.signIn();
  const fetchHere = lab.authorizer().fetchFor(lab.target(), () => true);
  await fetchHere(other.server.url);
  expect(other.server.seen).toEqual([{ path: "/mcp", token: undefined }]);
});

test("a token endpoint that redirects elsewhere gets nothing forwarded", async () => {
  await using lab = await OAuthLab.start();
  await using other = await OAuthLab.start();
  await lab.signIn();
  await lab.expire();
  lab.auth.knobs.intercept = ({ path }) =>
    path === "/token" ? Response.redirect(`${other.auth.issuer}/token`, 307) : undefined;
  await rejection(lab.visit(lab.authorizer()));
  expect(other.auth.seen).toEqual([]);
});
