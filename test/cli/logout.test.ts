import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { CliHome } from "./cli-home.ts";
import { OAuthLab } from "./oauth-lab.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const WITH_BROWSER = { hasBrowser: true };

test("revokes both tokens, the refresh token first, and removes the file", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  await home.run(["login", "lab"], WITH_BROWSER);
  const ended = await home.run(["logout", "lab"]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(ended.stdout).toContain('signed out of "lab": its tokens are revoked and removed');
  expect(lab.revoked.map((token) => token.split("-")[0])).toEqual(["refresh", "access"]);
  expect(home.tokenFiles()).toEqual([]);
});

test("removes the file even when revoking fails, and says so", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  await home.run(["login", "lab"], WITH_BROWSER);
  lab.isRevocationDown = true;
  const { code, stdout, stderr } = await home.run(["logout", "lab"]);
  expect(stdout).toContain("its tokens are removed");
  expect(stderr).toContain("could not be revoked");
  expect(stderr).toContain("HTTP 503");
  expect(code).toBe(0);
  expect(home.tokenFiles()).toEqual([]);
});

test("says that an authorization server has no way to revoke", async () => {
  await using lab = new OAuthLab({ hasRevocation: false });
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  await home.run(["login", "lab"], WITH_BROWSER);
  const { code, stderr } = await home.run(["logout", "lab"]);
  expect(stderr).toContain("offers no way to");
  expect(code).toBe(0);
  expect(home.tokenFiles()).toEqual([]);
});

test("says that nobody is signed in, twice as well as once", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const once = await home.run(["logout", "lab"]);
  expect(once).toEqual({ code: 0, stdout: 'not signed in to "lab"\n', stderr: "" });
  expect(await home.run(["logout", "lab"])).toEqual(once);
  expect(lab.requests).toEqual([]);
});

test("signs out of a server whose configuration has turned OAuth off since", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  await home.run(["login", "lab"], WITH_BROWSER);
  await home.configure({ lab: { url: lab.mcpUrl, oauth: false } });
  expect((await home.run(["logout", "lab"])).stdout).toContain("revoked and removed");
  expect(home.tokenFiles()).toEqual([]);
});

test("tells of mcp-remote's sign-in, and leaves it alone", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const hash = new Bun.CryptoHasher("md5").update(lab.mcpUrl).digest("hex");
  const file = join(home.path, `.mcp-auth/mcp-remote-v1/${hash}_tokens.json`);
  mkdirSync(join(home.path, ".mcp-auth/mcp-remote-v1"), { recursive: true });
  await Bun.write(file, JSON.stringify({ access_token: "theirs" }));
  const { stdout, stderr } = await home.run(["logout", "lab"]);
  expect(stdout).toContain('not signed in to "lab"');
  expect(stderr).toContain("mcp-remote is signed in");
  expect(stderr).not.toContain("theirs");
  expect(await Bun.file(file).exists()).toBe(true);
});

test("names the nearest server", async () => {
  await using home = new CliHome();
  await home.configure({ linear: { url: "https://mcp.example.com/mcp" } });
  const { code, stderr } = await home.run(["logout", "lienar"]);
  expect(stderr).toContain('did you mean "linear"?');
  expect(code).toBe(1);
});
