import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { AuthServer } from "../fixtures/oauth/auth-server.ts";
import { browse } from "../fixtures/oauth/browser.ts";
import { ProtectedServer } from "../fixtures/oauth/protected-server.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { CliHome } from "./cli-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** Agrees on the person's behalf to what a user code asks for, as the page to enter it on does. */
async function enter(userCode: string, { provider }: AuthServer): Promise<void> {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace(/\W/g, ""));
  if (code === undefined) throw new Error(`no device code for ${userCode}`);
  const scope = String(code.params?.scope);
  const grant = new provider.Grant({ accountId: "person", clientId: code.clientId ?? "" });
  grant.addOIDCScope(scope);
  grant.addResourceScope(String(code.params?.resource), scope);
  const grantId = await grant.save();
  Object.assign(code, { accountId: "person", grantId, scope, resource: code.params?.resource });
  await code.save();
}

async function savedTokens(
  home: CliHome,
): Promise<{ access_token: string; refresh_token: string }> {
  const [name = ""] = home.tokenFiles();
  return Bun.file(join(home.authFolder, name)).json();
}

test("signs in, stays signed in, and leaves nothing that works after logging out", async () => {
  await using auth = await AuthServer.start();
  await using server = new ProtectedServer(auth);
  await using home = new CliHome();
  await home.configure({ lab: { url: server.url.href } });
  const login = home.start(["login", "lab", "--no-browser"]);
  await browse(await login.pageUrl());
  expect((await login.ended).stdout).toContain("mcp:basic");
  const { access_token: access, refresh_token: refresh } = await savedTokens(home);
  expect(await auth.provider.AccessToken.find(access)).toBeDefined();
  expect((await home.run(["login", "lab"])).stdout).toContain("already signed in");

  const { stdout, stderr } = await home.run(["logout", "lab"]);
  expect(stdout).toContain("its tokens are revoked and removed");
  expect(stderr).toBe("");
  expect(await auth.provider.RefreshToken.find(refresh)).toBeUndefined();
  expect(await auth.provider.AccessToken.find(access)).toBeUndefined();
});

test("signs in with a code that is entered elsewhere", async () => {
  await using auth = await AuthServer.start();
  await using server = new ProtectedServer(auth);
  await using home = new CliHome();
  auth.knobs.edit = (path, json) => (path === "/device/auth" ? { ...json, interval: 0.1 } : json);
  await home.configure({ lab: { url: server.url.href } });
  const login = home.start(["login", "lab", "--device"]);
  await enter(await login.said(/^ {2}([A-Z]{4}-[A-Z]{4})$/m), auth);
  const { code, stdout } = await login.ended;
  expect(stdout).toContain('signed in to "lab"');
  expect(code).toBe(0);
  expect((await home.run(["login", "lab"])).stdout).toContain("already signed in");
  expect((await home.run(["logout", "lab"])).stdout).toContain("revoked and removed");
});
