import { expect, setDefaultTimeout, test } from "bun:test";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

test("asks for more when a tool needs it, and keeps what was granted before", async () => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  const authorizer = lab.authorizer();
  const { status } = await lab.visit(authorizer, { tool: "add" });
  expect(status).not.toBe(403);
  expect(lab.opened).toHaveLength(1);
  expect(lab.opened[0]?.searchParams.get("scope")?.split(" ").toSorted()).toEqual([
    "mcp:basic",
    "mcp:write",
    "offline_access",
  ]);
  expect((await lab.visit(authorizer)).status).toBe(200);
  await lab.visit(authorizer, { tool: "add" });
  expect(lab.opened).toHaveLength(1);
});

test("does not ask for the same scope twice when it was not granted", async () => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  lab.auth.knobs.edit = (path, json) =>
    path === "/token" ? { ...json, scope: "mcp:basic" } : json;
  lab.server.knobs.intercept = async (request) => {
    const isCall = (await request.clone().text()).includes("tools/call");
    const challenge = `Bearer error="insufficient_scope", scope="mcp:write"`;
    return isCall
      ? new Response("", { status: 403, headers: { "www-authenticate": challenge } })
      : (undefined as never);
  };
  const authorizer = lab.authorizer();
  expect((await lab.visit(authorizer, { tool: "add" })).status).toBe(403);
  const error = await rejection(lab.visit(authorizer, { tool: "add" }));
  expect(error).toMatchObject({ code: "AUTH_REJECTED", why: 'it asks for the scope "mcp:write"' });
  expect(lab.opened).toHaveLength(1);
});
