import { expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { CliHome, type Ended } from "./cli-home.ts";
import { CLIENT, OAuthLab } from "./oauth-lab.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const WITH_BROWSER = { hasBrowser: true };

/** Follows the page to the address that it ends on, as a browser on another machine would. */
async function callbackOf(page: URL): Promise<string> {
  const response = await fetch(page, { redirect: "manual" });
  return response.headers.get("location") ?? "";
}

function expectNoSecret({ stdout, stderr }: Ended, lab: OAuthLab): void {
  for (const secret of lab.issued) expect(stdout + stderr).not.toContain(secret);
}

test("opens the browser, and says what it got", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const ended = await home.run(["login", "lab"], WITH_BROWSER);
  expect(ended.stderr).toContain(`${lab.origin}/authorize?`);
  expect(ended.stdout).toContain('signed in to "lab"');
  expect(ended.stdout).toContain("read write");
  expect(ended.stdout).toMatch(
    /expires {2}20\d\d-\d\d-\d\d \d\d:\d\d UTC \(in (59|60) minutes\), renewed/,
  );
  expect(ended.code).toBe(0);
  expectNoSecret(ended, lab);
  expect(home.tokenFile()).toContain("access-");
  const [file = ""] = home.tokenFiles();
  expect(statSync(join(home.authFolder, file)).mode & 0o777).toBe(0o600);
});

test("leaves no session behind on the server that it knocked at", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  await home.run(["login", "lab"], WITH_BROWSER);
  expect(lab.count("DELETE /mcp")).toBe(1);
});

test("says that it is signed in already, and signs in anew only with --force", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  await home.run(["login", "lab"], WITH_BROWSER);
  const first = home.tokenFile();
  const second = await home.run(["login", "lab"], WITH_BROWSER);
  expect(second).toMatchObject({ code: 0, stderr: "" });
  expect(second.stdout).toContain('already signed in to "lab"');
  expect(lab.count("GET /authorize")).toBe(1);
  expect(home.tokenFile()).toBe(first ?? "");
  const forced = await home.run(["login", "--force", "lab"], WITH_BROWSER);
  expect(forced.stdout).toContain('signed in to "lab"');
  expect(lab.count("GET /authorize")).toBe(2);
  expect(lab.count("POST /register")).toBe(1);
  expect(home.tokenFile()).not.toBe(first ?? "");
});

test("renews a token that the server refuses, and asks nobody", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  await home.run(["login", "lab"], WITH_BROWSER);
  lab.endAccess();
  const { stdout, code } = await home.run(["login", "lab"], WITH_BROWSER);
  expect(stdout).toContain('already signed in to "lab"');
  expect(code).toBe(0);
  expect(lab.count("GET /authorize")).toBe(1);
});

test("--no-browser opens nothing, refuses a forged address, and takes the real one", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const login = home.start(["login", "lab", "--no-browser"], WITH_BROWSER);
  const page = await login.pageUrl();
  const port = new URL(page.searchParams.get("redirect_uri") ?? "").port;
  expect(await login.said(/ssh -L (\S+)/)).toBe(`${port}:127.0.0.1:${port}`);
  const callback = await callbackOf(page);
  expect(lab.count("GET /authorize")).toBe(1);
  const forged = new URL(callback);
  forged.searchParams.set("state", "forged");
  login.type(forged.href);
  await login.said(/That is not the address/);
  login.type("what do you want");
  login.type(callback);
  const ended = await login.ended;
  expect(ended.stderr.match(/That is not the address/g)).toHaveLength(2);
  expect(ended.stdout).toContain('signed in to "lab"');
  expect(ended.code).toBe(0);
  expectNoSecret(ended, lab);
});

test("checks the issuer of a pasted address", async () => {
  await using lab = new OAuthLab({ iss: "http://127.0.0.1:1" });
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const login = home.start(["login", "lab", "--no-browser"]);
  login.type(await callbackOf(await login.pageUrl()));
  const { code, stderr } = await login.ended;
  expect(stderr).toContain("AUTH_FAILED");
  expect(stderr).toContain("another authorization server");
  expect(code).toBe(1);
  expect(lab.count("POST /token")).toBe(0);
});

test("on a machine without a display asks for the address, and hears a browser that can reach it", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const login = home.start(["login", "lab"]);
  const page = await login.pageUrl();
  await login.said(/paste it here/);
  await fetch(page);
  expect((await login.ended).stdout).toContain('signed in to "lab"');
});

test("says that the person has denied it", async () => {
  await using lab = new OAuthLab({ person: "denies" });
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const { code, stdout, stderr } = await home.run(["login", "lab"], WITH_BROWSER);
  expect(stderr).toMatch(
    /signing in to server "lab" failed \(AUTH_FAILED\)\n {2}why .*access_denied/,
  );
  expect(stdout).toBe("");
  expect(code).toBe(1);
});

test("--device shows a code, and waits as long as the server says", async () => {
  await using lab = new OAuthLab({ polls: ["authorization_pending", "authorization_pending"] });
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const ended = await home.run(["login", "lab", "--device"], WITH_BROWSER);
  expect(ended.stderr).toContain(`${lab.origin}/enter`);
  expect(ended.stderr).toContain("WDJB-MJHT");
  expect(ended.stdout).toContain('signed in to "lab"');
  expect(ended.code).toBe(0);
  expect(lab.count("POST /token")).toBe(3);
  expect(lab.count("GET /authorize")).toBe(0);
  expectNoSecret(ended, lab);
});

test("--device says where it is not offered, and what is", async () => {
  await using lab = new OAuthLab({ hasDevices: false });
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const { code, stderr } = await home.run(["login", "lab", "--device"]);
  expect(stderr).toContain("does not offer the device authorization grant");
  expect(stderr).toContain("mcpzip login lab --no-browser");
  expect(code).toBe(1);
});

test("needs nobody for a server with client credentials", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  const oauth = {
    grantType: "client_credentials",
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
  };
  await home.configure({ lab: { url: lab.mcpUrl, oauth } });
  const ended = await home.run(["login", "lab"], WITH_BROWSER);
  expect(ended.stdout).toContain('signed in to "lab"');
  expect(ended.code).toBe(0);
  expect(lab.count("GET /authorize")).toBe(0);
  expect(ended.stdout + ended.stderr + home.tokenFile()).not.toContain(CLIENT.secret);
});

test("ends with 130 on Ctrl-C, its listener closed", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const login = home.start(["login", "lab", "--no-browser"]);
  const callback = await callbackOf(await login.pageUrl());
  login.signal("SIGINT");
  const { code, stderr } = await login.ended;
  expect(code).toBe(130);
  expect(stderr).not.toContain("mcpzip:");
  await expect(fetch(callback)).rejects.toThrow();
  expect(home.tokenFiles()).toEqual([]);
});

test("two logins at once are one sign-in", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const first = home.start(["login", "lab"]);
  const page = await first.pageUrl();
  const second = home.start(["login", "lab"]);
  expect((await second.pageUrl()).href).toBe(page.href);
  second.type(await callbackOf(page));
  const [one, two] = await Promise.all([first.ended, second.ended]);
  expect([one.code, two.code]).toEqual([0, 0]);
  expect(two.stdout).toContain('signed in to "lab"');
  expect(lab.count("POST /register")).toBe(1);
});

test("takes over when the process that had begun the sign-in is gone", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const first = home.start(["login", "lab"]);
  const page = await first.pageUrl();
  const second = home.start(["login", "lab"]);
  await second.pageUrl();
  first.signal("SIGKILL");
  await until(() => lab.count("POST /register") === 2);
  const pages = await second.said(/authorize[^]*?(http:\S+authorize\S+)[^]*Ctrl-C/);
  expect(pages).not.toBe(page.href);
  await fetch(pages);
  expect((await second.ended).code).toBe(0);
});

test("has nothing to do where the server lets anybody in", async () => {
  await using lab = new OAuthLab({ isOpen: true });
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const { code, stdout } = await home.run(["login", "lab"], WITH_BROWSER);
  expect(stdout).toContain("answers without a sign-in");
  expect(code).toBe(0);
});

test("says that the server cannot be reached", async () => {
  await using home = new CliHome();
  await home.configure({ lab: { url: "http://127.0.0.1:1/mcp" } });
  const { code, stderr } = await home.run(["login", "lab"], WITH_BROWSER);
  expect(stderr).toContain("SERVER_UNREACHABLE");
  expect(code).toBe(1);
});

test.each([
  ["an unknown server", "linaer", 1, /did you mean "linear"\? \(SERVER_UNKNOWN\)/],
  ["a program of this machine", "files", 2, /program on this machine \(USAGE\)/],
  [
    "a server with headers",
    "keyed",
    2,
    /OAuth is off for server "keyed" \(USAGE\)\n.*"headers" are/,
  ],
  [
    "a server with OAuth off",
    "off",
    2,
    /OAuth is off for server "off" \(USAGE\)\n.*"oauth" is false/,
  ],
  ["a server that is configured wrongly", "wrong", 1, /ENV_MISSING/],
])("refuses %s", async (_what, name, exitCode, message) => {
  await using home = new CliHome();
  await home.configure({
    linear: { url: "https://mcp.example.com/mcp" },
    files: { command: "files" },
    keyed: { url: "https://mcp.example.com/1", headers: { "X-Key": "k" } },
    off: { url: "https://mcp.example.com/2", oauth: false },
    wrong: { url: "https://mcp.example.com/${NOT_SET_ANYWHERE}" },
  });
  const { code, stdout, stderr } = await home.run(["login", name], WITH_BROWSER);
  expect(stderr).toMatch(message);
  expect(stdout).toBe("");
  expect(code).toBe(exitCode);
});

// Elsewhere the keychain would be the user's own.
test.skipIf(process.platform !== "linux")(
  "keeps plain files where there is no keychain, and says so",
  async () => {
    await using lab = new OAuthLab();
    await using home = new CliHome();
    await home.configure({ lab: { url: lab.mcpUrl } }, { token_storage: "keychain" });
    const { code, stderr } = await home.run(["login", "lab"], WITH_BROWSER);
    expect(
      stderr.match(/no keychain here \(.+\); sign-ins are kept in files instead/g),
    ).toHaveLength(1);
    expect(code).toBe(0);
    expect(home.tokenFile()).toContain("access-");
  },
);

test("lets no control character of the server's into the terminal", async () => {
  await using lab = new OAuthLab({ scope: "read\u001b[2Jwrite" });
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const { stdout } = await home.run(["login", "lab"], WITH_BROWSER);
  expect(stdout).toContain("read\uFFFD[2Jwrite");
});
