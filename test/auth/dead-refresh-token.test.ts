import { expect, setDefaultTimeout, test } from "bun:test";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

test.each(["invalid_grant in HTTP 400", "invalid_grant in HTTP 200"])(
  "a dead refresh token (%s) makes a call sign in again, and the background not",
  async (how) => {
    await using lab = await OAuthLab.start();
    const { client } = await lab.signIn();
    await lab.expire();
    const status = how.endsWith("200") ? 200 : 400;
    lab.auth.knobs.intercept = ({ form }) =>
      form.get("grant_type") === "refresh_token"
        ? Response.json({ error: "invalid_grant" }, { status })
        : undefined;
    const background = await rejection(lab.visit(lab.authorizer(), { isWanted: false }));
    expect(background).toMatchObject({ code: "AUTH_REQUIRED" });
    expect(lab.opened).toEqual([]);
    expect((await lab.stored()).tokens).toBeUndefined();
    expect((await lab.visit(lab.authorizer())).status).toBe(200);
    expect(lab.opened).toHaveLength(1);
    // The registration, with its port, outlives the tokens.
    expect((await lab.stored()).client).toEqual(client);
    expect(lab.auth.requests("/reg")).toEqual([]);
  },
);

test("a refresh token that the server has revoked itself ends in a sign-in", async () => {
  await using lab = await OAuthLab.start();
  const { tokens, client } = await lab.signIn();
  await fetch(`${lab.auth.issuer}/token/revocation`, {
    method: "POST",
    body: new URLSearchParams({
      token: tokens?.refresh_token ?? "",
      client_id: client?.client_id ?? "",
    }),
  });
  await lab.expire();
  const error = await rejection(lab.visit(lab.authorizer(), { isWanted: false }));
  expect(error).toMatchObject({ code: "AUTH_REQUIRED" });
  expect(lab.opened).toEqual([]);
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
});
