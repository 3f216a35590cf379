import { expect, setDefaultTimeout, test } from "bun:test";
import { MAX_DOCUMENT_BYTES } from "../../src/auth/auth-server-fetch.ts";
import { endless } from "../fixtures/http/endless.ts";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS, within } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** What lies in pipes and buffers when the other side hangs up. */
const ON_THE_WAY_BYTES = 32 * 1024 * 1024;
const DEADLINE_MS = 10_000;

const endlessJson = (status = 200) =>
  endless({ type: "application/json", status, start: '{"issuer":"' });

async function expectCutOff({ hungUp, sentBytes }: ReturnType<typeof endless>): Promise<void> {
  await within(hungUp, DEADLINE_MS);
  expect(sentBytes()).toBeLessThan(MAX_DOCUMENT_BYTES + ON_THE_WAY_BYTES);
}

test.each([
  ["the resource's metadata", "server", "/.well-known/", 200],
  ["the authorization server's metadata", "auth", "/.well-known/", 200],
  ["a registration", "auth", "/reg", 201],
  ["a refused registration", "auth", "/reg", 400],
  ["an answer with tokens", "auth", "/token", 200],
  ["a refusal of tokens", "auth", "/token", 400],
] as const)("%s without an end is an outage, and says where", async (_, at, place, status) => {
  await using lab = await OAuthLab.start();
  const answer = endlessJson(status);
  let isAnswered = false;
  const intercept = (path: string) => {
    if (isAnswered || !path.startsWith(place)) return undefined;
    isAnswered = true;
    return answer.response;
  };
  if (at === "auth") lab.auth.knobs.intercept = ({ path }) => intercept(path);
  else lab.server.knobs.intercept = ({ url }) => intercept(new URL(url).pathname);
  const error = await rejection(within(lab.visit(lab.authorizer()), DEADLINE_MS));
  expect(error).toMatchObject({
    code: "AUTH_UNAVAILABLE",
    server: "lab",
    why: expect.stringMatching(/^http:\/\/\S+ answered with over 1 MB$/),
  });
  await expectCutOff(answer);
});

test("a renewal without an end leaves the sign-in as it is", async () => {
  await using lab = await OAuthLab.start();
  const { tokens } = await lab.signIn();
  const before = lab.readTokenFile();
  lab.server.refuse(tokens?.access_token ?? "");
  const answer = endlessJson();
  lab.auth.knobs.intercept = ({ path }) => (path === "/token" ? answer.response : undefined);
  expect(await rejection(lab.visit(lab.authorizer()))).toMatchObject({ code: "AUTH_UNAVAILABLE" });
  await expectCutOff(answer);
  expect(lab.readTokenFile()).toBe(before);
});

test("a 401 without an end asks for a sign-in as any other does", async () => {
  await using lab = await OAuthLab.start();
  const answer = endlessJson(401);
  let isAnswered = false;
  lab.server.knobs.intercept = ({ method }) => {
    if (isAnswered || method !== "POST") return undefined;
    isAnswered = true;
    return answer.response;
  };
  expect((await within(lab.visit(lab.authorizer()), DEADLINE_MS)).status).toBe(200);
  await expectCutOff(answer);
});
