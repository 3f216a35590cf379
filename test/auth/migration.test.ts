import { expect, setDefaultTimeout, test } from "bun:test";
import { AuthServer } from "../fixtures/oauth/auth-server.ts";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

test("the tokens of a former authorization server are neither renewed nor used for the next", async () => {
  await using lab = await OAuthLab.start();
  await using next = await AuthServer.start();
  const before = await lab.signIn();
  lab.server.knobs.authServer = next;
  // Nobody's call waits: but nobody has signed in there, either.
  expect((await lab.visit(lab.authorizer(), { isWanted: false })).status).toBe(200);
  const after = await lab.stored();
  expect(after.issuer).toBe(next.issuer);
  expect(after.client?.client_id).not.toBe(before.client?.client_id);
  expect(next.requests("/reg")).toHaveLength(1);
  expect(lab.auth.requests("/token")).toEqual([]);
  const said = JSON.stringify(next.seen.map(({ form, query }) => [`${form}`, `${query}`]));
  for (const secret of [before.tokens?.refresh_token, before.client?.client_id])
    expect(said).not.toContain(secret ?? "nothing");
});

test("an authorization server that has been given up is not asked for ever", async () => {
  await using lab = await OAuthLab.start();
  await using next = await AuthServer.start();
  await lab.signIn();
  await lab.expire();
  lab.auth.knobs.intercept = () => new Response("gone", { status: 503 });
  lab.server.knobs.authServer = next;
  expect((await lab.visit(lab.authorizer(), { isWanted: false })).status).toBe(200);
  expect((await lab.stored()).issuer).toBe(next.issuer);
});
