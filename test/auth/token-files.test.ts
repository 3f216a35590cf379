import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileTokenStore } from "../../src/auth/token-store.ts";
import { nowSeconds, OAuthLab } from "../fixtures/oauth/lab.ts";
import { recordingLog, rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

function hashOf(url: string): string {
  return new Bun.CryptoHasher("md5").update(url).digest("hex");
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

test("tokens lie in files of mode 0600 in a folder of mode 0700, with what refreshing needs", async () => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  expect(modeOf(lab.tokenFile())).toBe(0o600);
  expect(modeOf(lab.authFolder)).toBe(0o700);
  const json: unknown = JSON.parse(lab.readTokenFile());
  expect(json).toMatchObject({
    access_token: expect.any(String),
    refresh_token: expect.any(String),
    expires_at: expect.any(Number),
    token_type: "Bearer",
    issuer: lab.auth.issuer,
    token_endpoint: `${lab.auth.issuer}/token`,
    resource: lab.server.url.href,
    scope: "mcp:basic",
  });
});

test("modes that let others read are put right", async () => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  chmodSync(lab.tokenFile(), 0o644);
  chmodSync(lab.authFolder, 0o755);
  expect((await lab.visit(lab.authorizer())).status).toBe(200);
  expect(modeOf(lab.tokenFile())).toBe(0o600);
  expect(modeOf(lab.authFolder)).toBe(0o700);
});

test("a folder that was there before, open to others, is narrowed by the first sign-in", async () => {
  await using lab = await OAuthLab.start();
  mkdirSync(lab.authFolder, { mode: 0o755 });
  await lab.signIn();
  expect(modeOf(lab.authFolder)).toBe(0o700);
});

test.each(["", "{", "null", "[]", '"text"', "{}", '{"access_token": 5}', '{"access_token": ""}'])(
  "a file that is %j is set aside, and sign-in starts afresh",
  async (text) => {
    await using lab = await OAuthLab.start();
    await lab.signIn();
    lab.writeTokenFile(text);
    expect((await lab.visit(lab.authorizer())).status).toBe(200);
    expect(lab.opened).toHaveLength(1);
    const aside = lab.files().filter((name) => name.includes(".corrupt-"));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(lab.authFolder, aside[0] ?? ""), "utf8")).toBe(text);
    expect(lab.log.lines.join("\n")).toContain("set aside");
  },
);

describe("files of the older program", () => {
  test.each([
    ["expiry as a date", { expiry: new Date(Date.now() + 3_600_000).toISOString() }],
    ["expiry in seconds", { expiry: nowSeconds() + 3600 }],
    ["expires_at in milliseconds", { expires_at: Date.now() + 3_600_000 }],
    ["no expiry", {}],
  ])("with %s are used", async (_, expiry) => {
    await using lab = await OAuthLab.start();
    const { tokens } = await lab.signIn();
    const { access_token, refresh_token } = tokens ?? {};
    lab.writeTokenFile(JSON.stringify({ access_token, refresh_token, ...expiry }));
    expect((await lab.visit(lab.authorizer())).status).toBe(200);
    expect(lab.server.tokens).toEqual([access_token ?? ""]);
    expect(lab.auth.seen).toEqual([]);
  });

  test("that have expired make a call sign in, and the background not", async () => {
    await using lab = await OAuthLab.start();
    const { tokens } = await lab.signIn();
    lab.server.refuse(tokens?.access_token ?? "");
    const expiry = new Date(0).toISOString();
    lab.writeTokenFile(JSON.stringify({ access_token: tokens?.access_token, expiry }));
    const error = await rejection(lab.visit(lab.authorizer(), { isWanted: false }));
    expect(error).toMatchObject({ code: "AUTH_REQUIRED" });
    expect((await lab.visit(lab.authorizer())).status).toBe(200);
    expect(lab.opened).toHaveLength(1);
  });

  test("of a server at an origin's root are found", async () => {
    await using lab = await OAuthLab.start();
    const store = new FileTokenStore(lab.authFolder, recordingLog());
    const name = new Bun.CryptoHasher("sha256").update("https://mcp.test").digest("hex");
    mkdirSync(lab.authFolder);
    writeFileSync(
      join(lab.authFolder, `${name.slice(0, 32)}.json`),
      JSON.stringify({ access_token: "old" }),
    );
    expect((await store.load("https://mcp.test/"))?.tokens?.access_token).toBe("old");
    await store.remove("https://mcp.test/");
    expect(lab.files()).toEqual([]);
  });
});

/** Moves the lab's own tokens to where mcp-remote would have put them. */
async function handOver(lab: OAuthLab, folder: string, changes: object = {}) {
  const { tokens } = await lab.signIn();
  await lab.store.remove(lab.server.url.href);
  const path = join(lab.mcpRemoteFolder, folder);
  mkdirSync(path, { recursive: true });
  const file = join(path, `${hashOf(lab.server.url.href)}_tokens.json`);
  const { access_token, refresh_token } = tokens ?? {};
  const expires_at = Date.now() + 600_000;
  const text = JSON.stringify({ access_token, refresh_token, expires_at, ...changes });
  writeFileSync(file, text);
  return { file, text, access: access_token ?? "" };
}

describe("mcp-remote's tokens", () => {
  test.each(["mcp-remote-v1", "mcp-remote-0.1.37"])("in %s are used, not written", async (at) => {
    await using lab = await OAuthLab.start();
    const { file, text, access } = await handOver(lab, at);
    expect((await lab.visit(lab.authorizer(), { isWanted: false })).status).toBe(200);
    expect(lab.server.tokens).toEqual([access]);
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(existsSync(lab.tokenFile())).toBe(false);
  });

  test("are never refreshed: when they have expired, a call signs in, and the background not", async () => {
    await using lab = await OAuthLab.start();
    const { file, text, access } = await handOver(lab, "mcp-remote-v1", { expires_at: 1 });
    lab.server.refuse(access);
    const error = await rejection(lab.visit(lab.authorizer(), { isWanted: false }));
    expect(error).toMatchObject({ code: "AUTH_REQUIRED" });
    expect(lab.auth.requests("/token")).toEqual([]);
    expect((await lab.visit(lab.authorizer())).status).toBe(200);
    expect(lab.auth.requests("/token", "refresh_token")).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  test("of other servers are never tried", async () => {
    await using lab = await OAuthLab.start();
    const { file } = await handOver(lab, "mcp-remote-v1");
    const other = hashOf("https://other.test/mcp");
    writeFileSync(file.replace(hashOf(lab.server.url.href), other), readFileSync(file));
    writeFileSync(file, "not JSON");
    lab.person = () => Promise.resolve();
    await rejection(lab.visit(lab.authorizer(), { isWanted: false }));
    expect(lab.server.tokens).toEqual([]);
  });
});
