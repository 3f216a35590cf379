import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { authorizationHash } from "../../src/auth/token-store.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { CliHome } from "./cli-home.ts";
import { CLIENT, OAuthLab } from "./oauth-lab.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

interface Status {
  readonly server: string;
  readonly state: string;
  readonly [field: string]: unknown;
}

async function jsonStatus(home: CliHome): Promise<Status[]> {
  const { code, stdout, stderr } = await home.run(["auth", "status", "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout).servers;
}

function urlOf(name: string): string {
  return `https://${name}.example.com/mcp`;
}

/** Puts a file of tokens where a sign-in would. */
async function save(home: CliHome, url: string, fields: object): Promise<void> {
  mkdirSync(home.authFolder, { recursive: true });
  const name = `${authorizationHash(url)}.json`;
  await Bun.write(join(home.authFolder, name), JSON.stringify(fields));
}

test("says since when, until when, as what and by whom, and never shows a token", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  await home.run(["login", "lab"], { hasBrowser: true });
  const before = lab.requests.length;
  const { code, stdout } = await home.run(["auth", "status"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^lab: signed in since 20\d\d-\d\d-\d\d \d\d:\d\d UTC$/m);
  expect(stdout).toMatch(/^ {2}expires {2}.* minutes\), renewed by itself$/m);
  expect(stdout).toMatch(/^ {2}scopes {3}read write$/m);
  expect(stdout).toContain(`  issuer   ${lab.origin}\n  from     mcpzip`);
  const [json] = await jsonStatus(home);
  expect(json).toMatchObject({
    server: "lab",
    state: "signed-in",
    source: "mcpzip",
    issuer: lab.origin,
    scopes: ["read", "write"],
    renewable: true,
  });
  for (const secret of lab.issued) expect(stdout + JSON.stringify(json)).not.toContain(secret);
  expect(lab.requests).toHaveLength(before);
});

test("tells every kind of server from the others", async () => {
  await using home = new CliHome();
  const oauth = { grantType: "client_credentials", clientId: CLIENT.id, clientSecret: "hush" };
  await home.configure({
    fresh: { url: urlOf("fresh") },
    ended: { url: urlOf("ended") },
    dropped: { url: urlOf("dropped") },
    old: { url: urlOf("old") },
    theirs: { type: "sse", url: urlOf("theirs") },
    machine: { url: urlOf("machine"), oauth },
    keyed: { url: urlOf("keyed"), headers: { "X-Key": "hush" } },
    off: { url: urlOf("off"), oauth: false },
    wrong: { url: "https://example.com/${NOT_SET_ANYWHERE}" },
    local: { command: "local" },
  });
  await save(home, urlOf("ended"), { access_token: "hush-1", expires_at: 1000 });
  await save(home, urlOf("dropped"), { signed_in_at: 1000, client: { client_id: "me" } });
  await save(home, urlOf("old"), { access_token: "hush-2", expiry: "2099-01-01T00:00:00Z" });
  const folder = join(home.path, ".mcp-auth/mcp-remote-v1");
  mkdirSync(folder, { recursive: true });
  const hash = new Bun.CryptoHasher("md5").update(urlOf("theirs")).digest("hex");
  await Bun.write(join(folder, `${hash}_tokens.json`), '{"access_token":"hush-3","scope":"a b"}');

  const statuses = await jsonStatus(home);
  const states = Object.fromEntries(statuses.map(({ server, state }) => [server, state]));
  expect(states).toEqual({
    fresh: "needs-sign-in",
    ended: "needs-sign-in",
    dropped: "needs-sign-in",
    old: "signed-in",
    theirs: "signed-in",
    machine: "automatic",
    keyed: "off",
    off: "off",
    wrong: "unusable",
  });
  const of = (name: string) => statuses.find(({ server }) => server === name);
  expect(of("fresh")).toMatchObject({ fix: "mcpzip login fresh" });
  expect(of("old")).toMatchObject({ expires_at: "2099-01-01T00:00:00.000Z", renewable: false });
  expect(of("theirs")).toMatchObject({ source: "mcp-remote", scopes: ["a", "b"] });
  const { stdout } = await home.run(["auth", "status"]);
  expect(stdout).toContain('keyed: OAuth is off\n  why      "headers" are set');
  expect(stdout).toContain("wrong: cannot be used\n");
  expect(stdout + JSON.stringify(statuses)).not.toContain("hush");
});

test("says that there is no remote server", async () => {
  await using home = new CliHome();
  await home.configure({ local: { command: "local" } });
  const { code, stdout } = await home.run(["auth", "status"]);
  expect(stdout).toContain(`no remote server is configured in ${home.configFile}`);
  expect(code).toBe(0);
});

test.each([
  [["auth"], 0, "auth status"],
  [["auth", "--help"], 0, "auth status"],
  [["auth", "status", "--help"], 0, "--json"],
  [["login", "--help"], 0, "--no-browser"],
])("%p tells what there is", async (words, exitCode, text) => {
  await using home = new CliHome();
  // Without --config, which the help of a group is not.
  const { code, stdout } = await home.run([...words, "--help"]);
  expect(stdout).toContain(text);
  expect(code).toBe(exitCode);
});

test.each([
  [["auth", "statsu"], 'did you mean "auth status"?'],
  [["login"], "mcpzip login needs a SERVER"],
  [["login", "a", "b"], 'mcpzip login takes no "b"'],
  [["logout", "a", "--force"], "mcpzip logout has no flag --force"],
  [["login", "a", "--device", "--no-browser"], "two ways to sign in"],
  [["login", "a", "--server", "b"], "mcpzip login has no flag --server"],
])("refuses %p with exit code 2", async (words, message) => {
  await using home = new CliHome();
  const { code, stdout, stderr } = await home.run(words);
  expect(stderr).toContain(message);
  expect(stderr).toContain("(USAGE)");
  expect(stdout).toBe("");
  expect(code).toBe(2);
});
