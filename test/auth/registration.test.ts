import { expect, setDefaultTimeout, test } from "bun:test";
import { AuthServer } from "../fixtures/oauth/auth-server.ts";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

test("a registration's port that is taken means a new registration", async () => {
  await using lab = await OAuthLab.start();
  const { client, tokens: _, ...rest } = await lab.signIn();
  if (client === undefined) throw new Error("no client");
  await lab.store.save({ ...rest, client });
  const port = Number(new URL(client.redirect_uri ?? "").port);
  const other = Bun.serve({ hostname: "127.0.0.1", port, fetch: () => new Response("mine") });
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  await other.stop(true);
  expect(lab.auth.requests("/reg")).toHaveLength(1);
  expect((await lab.stored()).client?.client_id).not.toBe(client.client_id);
});

test("a fixed port that is taken is an error that names oauth.callbackPort", async () => {
  await using lab = await OAuthLab.start();
  const other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("mine") });
  const callbackPort = Number(other.port);
  const error = await rejection(
    lab.visit(lab.authorizer(), { target: lab.target({ callbackPort }) }),
  );
  await other.stop(true);
  expect(error).toMatchObject({ code: "AUTH_FAILED" });
  expect(String((error as { fix?: string }).fix)).toContain(`"callbackPort": ${callbackPort}`);
  expect(lab.auth.requests("/reg")).toEqual([]);
});

test("a client that is configured is not taken to another authorization server", async () => {
  const free = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const callbackPort = Number(free.port);
  await free.stop(true);
  const client = {
    client_id: "configured",
    client_secret: "the client's secret",
    redirect_uris: [`http://localhost:${callbackPort}/callback`],
    grant_types: ["authorization_code", "refresh_token"],
  };
  const clients = [client];
  await using lab = await OAuthLab.start({ clients });
  await using next = await AuthServer.start({ clients });
  const settings = {
    clientId: "configured",
    clientSecret: "the client's secret",
    callbackPort,
  };
  const target = lab.target(settings);
  await lab.signIn(target);
  lab.server.knobs.authServer = next;
  const error = await rejection(lab.visit(lab.authorizer(), { target }));
  expect(error).toMatchObject({ code: "AUTH_FAILED" });
  expect(String((error as { fix?: string }).fix)).toContain('"clientId"');
  expect(lab.opened).toEqual([]);
  expect(next.requests("/token")).toEqual([]);
  const trusting = lab.target({ ...settings, trustedIssuer: next.issuer });
  expect((await lab.visit(lab.authorizer(), { target: trusting })).status).toBe(200);
});
