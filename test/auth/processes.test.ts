import { expect, setDefaultTimeout, test } from "bun:test";
import { browserCommand } from "../fixtures/oauth/browser.ts";
import { OAuthHome, sayHello } from "../fixtures/oauth/home.ts";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { poll, TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

test("60 calls in 3 processes that meet an expired token refresh it once, and all succeed", async () => {
  await using lab = await OAuthLab.start();
  await using home = new OAuthHome(lab);
  const { tokens } = await home.signIn(lab);
  const hosts = await Promise.all(Array.from({ length: 3 }, () => home.open("follow")));
  for (const host of hosts) expect((await sayHello(host)).text).toBe("hello");
  expect(lab.auth.requests("/token")).toEqual([]);
  lab.server.refuse(tokens?.access_token ?? "");
  const calls = hosts.flatMap((host) => Array.from({ length: 20 }, () => sayHello(host)));
  const texts = (await Promise.all(calls)).map(({ text }) => text);
  expect(texts).toEqual(Array.from({ length: 60 }, () => "hello"));
  expect(lab.auth.requests("/token").map(({ form }) => form.get("grant_type"))).toEqual([
    "refresh_token",
  ]);
  expect(home.opened()).toEqual([]);
});

test("3 processes that start with an expired token refresh it once", async () => {
  await using lab = await OAuthLab.start();
  await using home = new OAuthHome(lab);
  const { tokens, ...rest } = await home.signIn(lab);
  if (tokens === undefined) throw new Error("no tokens");
  await home.store.save({ ...rest, tokens: { ...tokens, expires_at: 1 } });
  lab.server.refuse(tokens.access_token);
  const hosts = await Promise.all(Array.from({ length: 3 }, () => home.open("follow")));
  const calls = hosts.flatMap((host) => Array.from({ length: 20 }, () => sayHello(host)));
  for (const { text } of await Promise.all(calls)) expect(text).toBe("hello");
  expect(lab.auth.requests("/token")).toHaveLength(1);
  expect(home.opened()).toEqual([]);
});

test("two processes that start unknown to the server open one browser", async () => {
  await using lab = await OAuthLab.start();
  await using home = new OAuthHome(lab);
  const hosts = await Promise.all([home.open("follow"), home.open("follow")]);
  for (const host of hosts) await until(async () => !(await sayHello(host)).isError);
  expect(home.opened()).toHaveLength(1);
  expect(lab.auth.requests("/reg")).toHaveLength(1);
});

test("a call to a server that waits for a sign-in says what to do within seconds", async () => {
  await using lab = await OAuthLab.start();
  await using home = new OAuthHome(lab);
  const host = await home.open("ignore");
  const answer = await sayHello(host);
  expect(answer).toMatchObject({ isError: true, code: "AUTH_REQUIRED" });
  const [page] = await poll(() => (home.opened().length > 0 ? home.opened() : undefined));
  expect(answer.text).toContain(page ?? "no page");
  expect(host.stderr).toContain(page ?? "no page");
  expect((await host.search("echo")).text).toContain("sign-in");
  await Bun.spawn([...browserCommand("follow", "/dev/null").split(" ").slice(0, -1), page ?? ""])
    .exited;
  await until(async () => (await host.search("echo")).text.includes("lab__echo"));
  expect((await sayHello(host)).text).toBe("hello");
});

test("without a screen nothing is opened, and the address is on stderr", async () => {
  await using lab = await OAuthLab.start();
  await using home = new OAuthHome(lab);
  const host = await home.start({ BROWSER: "", CI: "1" });
  const answer = await sayHello(host);
  const page = /http:\/\/\S+response_type=code\S+/.exec(answer.text)?.[0];
  expect(page).toStartWith(lab.auth.issuer);
  expect(host.stderr).toContain(page ?? "no page");
  expect(lab.auth.requests("/auth")).toEqual([]);
});

test("with headers there is no discovery, and a 401 says that they were refused", async () => {
  await using lab = await OAuthLab.start();
  await using home = new OAuthHome(lab, { headers: { Authorization: "Bearer wrong" } });
  const host = await home.open("follow");
  expect(await sayHello(host)).toMatchObject({ isError: true, code: "AUTH_REJECTED" });
  expect(lab.auth.seen).toEqual([]);
  expect(lab.server.seen.every(({ path }) => path === "/mcp")).toBe(true);
  expect(home.opened()).toEqual([]);
});

test('with "oauth": false there is no discovery and no browser', async () => {
  await using lab = await OAuthLab.start();
  await using home = new OAuthHome(lab, { oauth: false });
  const host = await home.open("follow");
  expect(await sayHello(host)).toMatchObject({ isError: true, code: "AUTH_REQUIRED" });
  expect(lab.auth.seen).toEqual([]);
  expect(lab.server.seen.every(({ path }) => path === "/mcp")).toBe(true);
  expect(home.opened()).toEqual([]);
});

test("a server over SSE is signed in to, too", async () => {
  await using lab = await OAuthLab.start();
  await using home = new OAuthHome(lab, { type: "sse", url: `${lab.server.origin}/sse` });
  lab.server.knobs.metadata = (standard) => ({ ...standard, resource: lab.server.origin });
  const host = await home.open("follow");
  await until(async () => !(await sayHello(host)).isError);
  expect((await sayHello(host)).text).toBe("hello");
});
