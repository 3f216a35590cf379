import { expect, setDefaultTimeout, test } from "bun:test";
import { browse } from "../fixtures/oauth/browser.ts";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** Changes the address of the callback, and no other. */
function atCallback(change: (params: URLSearchParams) => void) {
  return (url: URL) => {
    if (url.pathname.endsWith("/callback")) change(url.searchParams);
    return url;
  };
}

async function isFree(url: URL): Promise<boolean> {
  return fetch(url, { proxy: false }).then(
    () => false,
    () => true,
  );
}

function callbackOf(page: URL | undefined): URL {
  return new URL(page?.searchParams.get("redirect_uri") ?? "");
}

test("asks for what the specifications say, and for nothing else", async () => {
  await using lab = await OAuthLab.start();
  await lab.visit(lab.authorizer());
  const asked = lab.opened[0]?.searchParams;
  expect(asked?.get("response_type")).toBe("code");
  expect(asked?.get("code_challenge_method")).toBe("S256");
  expect(asked?.get("resource")).toBe(lab.server.url.href);
  expect(asked?.get("scope")).toBe("mcp:basic offline_access");
  expect(asked?.get("state")).toHaveLength(43);
  const [exchange] = lab.auth.requests("/token", "authorization_code");
  expect(exchange?.form.get("resource")).toBe(lab.server.url.href);
  expect(exchange?.form.get("code_verifier")).toMatch(/^[\w.~-]{43,128}$/);
});

test("a person who does not come frees the port, and the background leaves them alone for an hour", async () => {
  await using lab = await OAuthLab.start();
  lab.person = () => Promise.resolve();
  const authorizer = lab.authorizer({ signInTimeoutMs: 20 });
  const error = await rejection(lab.visit(authorizer, { isWanted: false }));
  expect(error).toMatchObject({ code: "AUTH_FAILED", why: "nobody finished it in time" });
  expect(await isFree(callbackOf(lab.opened[0]))).toBe(true);
  for (const each of [authorizer, lab.authorizer()]) {
    const again = await rejection(lab.visit(each, { isWanted: false }));
    expect(again).toMatchObject({ code: "AUTH_REQUIRED", fix: "mcpzip login lab" });
  }
  expect(lab.opened).toHaveLength(1);
  lab.person = (url) => browse(url);
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  expect(lab.opened).toHaveLength(2);
});

test("an ignored sign-in is begun again by itself when an hour has passed", async () => {
  await using lab = await OAuthLab.start();
  lab.person = () => Promise.resolve();
  await rejection(lab.visit(lab.authorizer({ signInTimeoutMs: 20 }), { isWanted: false }));
  const askedAt = Date.now() - 61 * 60_000;
  await Bun.write(lab.tokenFile("pending.json"), JSON.stringify({ askedAt }));
  lab.person = (url) => browse(url);
  expect((await lab.visit(lab.authorizer(), { isWanted: false })).status).toBe(200);
});

test("a call that waits for a person answers with the page, which stays good", async () => {
  await using lab = await OAuthLab.start();
  lab.person = () => Promise.resolve();
  const authorizer = lab.authorizer();
  const error = await rejection(lab.visit(authorizer));
  expect(error).toMatchObject({ code: "AUTH_REQUIRED", url: lab.opened[0]?.href });
  const page = lab.opened[0];
  if (page === undefined) throw new Error("no page");
  await browse(page);
  await until(() => lab.signedIn.includes("lab"));
  expect((await lab.visit(authorizer)).status).toBe(200);
  expect(lab.opened).toHaveLength(1);
});

test("a sign-in that is denied fails at once, and repeats nothing of the server's text", async () => {
  await using lab = await OAuthLab.start();
  lab.auth.knobs.consent = "deny";
  const error = await rejection(lab.visit(lab.authorizer()));
  const why = "the authorization server answered: access_denied";
  expect(error).toMatchObject({ code: "AUTH_FAILED", why });
  expect(lab.log.lines.join("\n")).not.toContain("the person said no");
  expect(lab.auth.requests("/token")).toEqual([]);
});

test("a forged state is not believed, and the person's own redirect still is", async () => {
  await using lab = await OAuthLab.start();
  const forged = Promise.withResolvers<number>();
  lab.person = async (url) => {
    const forger = atCallback((params) => params.set("state", "forged"));
    forged.resolve((await browse(url, forger)).status);
    await browse(url);
  };
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  expect(await forged.promise).toBe(400);
  expect(lab.auth.requests("/token")).toHaveLength(1);
});

test.each([
  ["another iss", (params: URLSearchParams) => params.set("iss", "https://evil.test")],
  ["no iss, which was promised", (params: URLSearchParams) => params.delete("iss")],
  [
    "another iss and an error",
    (params: URLSearchParams) => {
      params.set("iss", "https://evil.test");
      params.delete("code");
      params.set("error", "evil_words");
    },
  ],
])("a redirect with %s is refused before its code is spent", async (_, change) => {
  await using lab = await OAuthLab.start();
  lab.person = (url) => browse(url, atCallback(change));
  const error = await rejection(lab.visit(lab.authorizer()));
  expect(error).toMatchObject({ code: "AUTH_FAILED" });
  expect(String((error as { why?: string }).why)).toContain("another authorization server");
  expect(JSON.stringify(error)).not.toContain("evil");
  expect(lab.auth.requests("/token")).toEqual([]);
});

test("without a screen nothing is opened, and the page's address is on stderr", async () => {
  await using lab = await OAuthLab.start();
  const authorizer = lab.authorizer({ openPage: () => Promise.resolve(false) });
  const error = await rejection(lab.visit(authorizer));
  const { url } = error as { url?: string };
  expect(url).toStartWith(lab.auth.issuer);
  expect(lab.log.lines.join("\n")).toContain(url ?? "no url");
});

test.each([
  ["on-call", true],
  ["never", false],
] as const)(
  "interactive: %s leaves the background alone; a call opens a page: %p",
  async (interactive, opens) => {
    await using lab = await OAuthLab.start();
    const target = lab.target({ interactive });
    const background = await rejection(lab.visit(lab.authorizer(), { target, isWanted: false }));
    expect(background).toMatchObject({ code: "AUTH_REQUIRED" });
    expect(lab.opened).toEqual([]);
    const call = await lab.visit(lab.authorizer(), { target }).catch((error: unknown) => error);
    expect(call).toMatchObject(opens ? { status: 200 } : { code: "AUTH_REQUIRED" });
    expect(lab.opened).toHaveLength(opens ? 1 : 0);
  },
);
