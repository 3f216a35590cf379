import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SCHEMA_ADDRESS } from "../../src/config/schema-address.ts";
import { AuthServer } from "../fixtures/oauth/auth-server.ts";
import { browse } from "../fixtures/oauth/browser.ts";
import { ProtectedServer } from "../fixtures/oauth/protected-server.ts";
import { poll, TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { isRunning } from "../fixtures/pid-file.ts";
import { CliHome } from "./cli-home.ts";
import { OAuthLab } from "./oauth-lab.ts";
import { KEY, Terminal } from "./terminal.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const ECHO = `${process.execPath} ${join(import.meta.dir, "../fixtures/servers/echo.ts")}`;

function wizard(home: CliHome): Terminal {
  return new Terminal(["init", "--config", home.configFile], { HOME: home.path });
}

function configOf(home: CliHome): Record<string, unknown> {
  return JSON.parse(readFileSync(home.configFile, "utf8"));
}

/** Answers all that is asked about a program up to its trial. */
async function describeProgram(terminal: Terminal, { question = "Add a server?", command = ECHO }) {
  await terminal.answer(question, KEY.enter);
  await terminal.answer("Which command", command, KEY.enter);
  await terminal.answer("to be called?", KEY.enter);
  await terminal.answer("environment variable", KEY.enter);
}

test("adds a server, tries it, and registers mcpzip where it is wanted", async () => {
  await using home = new CliHome();
  mkdirSync(join(home.path, ".cursor"));
  mkdirSync(join(home.path, ".codeium/windsurf"), { recursive: true });
  await using terminal = wizard(home);
  await describeProgram(terminal, {});
  await terminal.shows("echo: works, 10 tools");
  await terminal.answer("Add another server?", KEY.up, KEY.enter);
  await terminal.answer("Gemini API key", "s3cret", KEY.enter);
  // The first of the two is deselected.
  await terminal.answer("Which clients", KEY.space, KEY.enter);
  await terminal.shows("Windsurf: added to");
  await terminal.shows("Done.");
  expect(await terminal.exitCode()).toBe(0);
  const [command = "", script] = ECHO.split(" ");
  expect(configOf(home)).toEqual({
    $schema: SCHEMA_ADDRESS,
    mcpServers: { echo: { command, args: [script] } },
    gemini_api_key: "s3cret",
    search: { model: "gemini-2.5-flash-lite" },
  });
  expect(statSync(home.configFile).mode & 0o777).toBe(0o600);
  expect((await home.run(["list"])).stdout).toMatch(/^echo +stdio +ready +10 /m);
  expect(terminal.text).not.toContain("s3cret");
  expect(readdirSync(join(home.path, ".cursor"))).toEqual([]);
  const client = readFileSync(join(home.path, ".codeium/windsurf/mcp_config.json"), "utf8");
  expect(JSON.parse(client).mcpServers.mcpzip.args).toContain("serve");
});

test("a key for Gemini leaves the model and the rest of the search as they are", async () => {
  await using home = new CliHome();
  const search = { default_limit: 8, model: "my-model" };
  await home.configure({ a: { command: "x" } }, { search });
  await using terminal = wizard(home);
  await terminal.answer("Add another server?", KEY.up, KEY.enter);
  await terminal.answer("Gemini API key", "s3cret", KEY.enter);
  await terminal.shows("Done.");
  expect(configOf(home)).toMatchObject({ gemini_api_key: "s3cret", search });
});

test("without a server, clients get an mcpzip that starts", async () => {
  await using home = new CliHome();
  mkdirSync(join(home.path, ".cursor"));
  await using terminal = wizard(home);
  await terminal.answer("Add a server?", KEY.up, KEY.enter);
  await terminal.answer("Gemini API key", KEY.enter);
  await terminal.answer("Which clients", KEY.enter);
  await terminal.shows("mcpzip add NAME");
  expect(await terminal.exitCode()).toBe(0);
  expect(configOf(home)).toEqual({ $schema: SCHEMA_ADDRESS, mcpServers: {} });
  expect((await home.run(["list"])).code).toBe(0);
});

test("asks again for what cannot be, and adds a server that fails only when told to", async () => {
  await using home = new CliHome();
  await home.configure({ taken: { command: "x" } });
  await using terminal = wizard(home);
  await terminal.answer("Add another server?", KEY.down, KEY.enter);
  await terminal.answer("its address?", "ftp://x", KEY.enter);
  await terminal.answer("It begins with https://", "\u0015", "http://127.0.0.1:1/mcp", KEY.enter);
  await terminal.answer("to be called?", "taken", KEY.enter);
  await terminal.answer("of that name already", "\u0015", "dead", KEY.enter);
  await terminal.answer("A header", "no pair", KEY.enter);
  await terminal.answer("NAME=VALUE", "\u0015", KEY.enter);
  await terminal.shows("SERVER_UNREACHABLE");
  await terminal.answer("all the same?", KEY.enter);
  await terminal.answer("Add another server?", KEY.ctrlC);
  expect(await terminal.exitCode()).toBe(130);
  expect(configOf(home)).toEqual({ mcpServers: { taken: { command: "x" } } });
});

test("signs in to a server that wants it, counts its tools then, and goes on", async () => {
  await using auth = await AuthServer.start();
  await using server = new ProtectedServer(auth);
  await using home = new CliHome();
  await using terminal = wizard(home);
  await terminal.answer("Add a server?", KEY.down, KEY.enter);
  await terminal.answer("its address?", server.url.href, KEY.enter);
  await terminal.answer("to be called?", "lab", KEY.enter);
  await terminal.answer("A header", KEY.enter);
  await terminal.answer("lab needs you to sign in. Now?", KEY.enter);
  await terminal.shows("Waiting; Ctrl-C gives up.");
  const [page = ""] = /http:\S+response_type=code\S+/.exec(terminal.text) ?? [];
  await browse(new URL(page));
  await terminal.shows('signed in to "lab"');
  await terminal.shows("lab: works, ");
  await terminal.answer("Add another server?", KEY.up, KEY.enter);
  await terminal.answer("Gemini API key", KEY.enter);
  await terminal.shows("Done.");
  expect(await terminal.exitCode()).toBe(0);
  expect(configOf(home)).toMatchObject({ mcpServers: { lab: { url: server.url.href } } });
  expect(home.tokenFiles()).toHaveLength(1);
});

test("takes the address that a sign-in ended on from the terminal", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await using terminal = wizard(home);
  await terminal.answer("Add a server?", KEY.down, KEY.enter);
  await terminal.answer("its address?", lab.mcpUrl, KEY.enter);
  await terminal.answer("to be called?", "lab", KEY.enter);
  await terminal.answer("A header", KEY.enter);
  await terminal.answer("lab needs you to sign in. Now?", KEY.enter);
  await terminal.shows("Waiting; Ctrl-C gives up.");
  const [page = ""] = /http:\S+response_type=code\S+/.exec(terminal.text) ?? [];
  const answer = await fetch(page, { redirect: "manual" });
  terminal.type(answer.headers.get("location") ?? "", KEY.enter);
  await terminal.shows('signed in to "lab"');
  // This one lists nothing, and never ends doing so.
  await terminal.answer("Trying lab", KEY.ctrlC);
  expect(await terminal.exitCode()).toBe(130);
  expect(home.tokenFiles()).toHaveLength(1);
});

test("a sign-in that is given up is not the end of the wizard", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await using terminal = wizard(home);
  await terminal.answer("Add a server?", KEY.down, KEY.enter);
  await terminal.answer("its address?", lab.mcpUrl, KEY.enter);
  await terminal.answer("to be called?", "lab", KEY.enter);
  await terminal.answer("A header", KEY.enter);
  await terminal.answer("lab needs you to sign in. Now?", KEY.enter);
  await terminal.answer("Waiting; Ctrl-C gives up.", KEY.ctrlC);
  await terminal.shows("mcpzip login lab");
  await terminal.answer("Add another server?", KEY.up, KEY.enter);
  await terminal.answer("Gemini API key", KEY.enter);
  expect(await terminal.exitCode()).toBe(0);
});

test.each([
  ["at the first question", ["Add a server?"]],
  ["in the middle of a server", ["Add a server?", "Which command"]],
])("Ctrl-C %s writes nothing", async (_when, questions) => {
  await using home = new CliHome();
  await using terminal = wizard(home);
  for (const question of questions.slice(0, -1)) await terminal.answer(question, KEY.enter);
  await terminal.answer(questions.at(-1) ?? "", KEY.ctrlC);
  expect(await terminal.exitCode()).toBe(130);
  expect(existsSync(home.configFile)).toBe(false);
});

test("Ctrl-C while a server is tried ends that server, and keeps what was added before", async () => {
  await using home = new CliHome();
  const [script, pidFile] = [join(home.path, "silent.ts"), join(home.path, "pid")];
  await Bun.write(
    script,
    `await Bun.write(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000);`,
  );
  await using terminal = wizard(home);
  await describeProgram(terminal, {});
  const command = `${process.execPath} ${script}`;
  await describeProgram(terminal, { question: "Add another server?", command });
  await terminal.shows("Trying silent");
  const pid = await poll(
    async () => (existsSync(pidFile) && Number(await Bun.file(pidFile).text())) || undefined,
  );
  terminal.type(KEY.ctrlC);
  expect(await terminal.exitCode()).toBe(130);
  await until(() => !isRunning(pid));
  expect(Object.keys(configOf(home).mcpServers ?? {})).toEqual(["echo"]);
});

test("refuses a config file that it could not write to, before it asks anything", async () => {
  await using home = new CliHome();
  await Bun.write(home.configFile, '{ "mcpServers": ');
  await using terminal = wizard(home);
  await terminal.shows("CONFIG_INVALID");
  expect(await terminal.exitCode()).toBe(1);
  expect(readFileSync(home.configFile, "utf8")).toBe('{ "mcpServers": ');
});

test("without a terminal names the commands that do the same", async () => {
  await using home = new CliHome();
  const { code, stdout, stderr } = await home.run(["init"]);
  expect([code, stdout]).toEqual([2, ""]);
  for (const way of ["mcpzip add NAME -- COMMAND", "mcpzip add NAME URL", "mcpzip migrate --yes"])
    expect(stderr).toContain(way);
  expect(existsSync(home.configFile)).toBe(false);
});

test("tells Codex which variables the servers need, which it hands on to nobody else", async () => {
  await using home = new CliHome();
  await home.configure({ a: { command: "x", env: { T: "${A_TOKEN}" } } }, { gemini_api_key: "k" });
  mkdirSync(join(home.path, ".codex"));
  await using terminal = wizard(home);
  await terminal.answer("Add another server?", KEY.up, KEY.enter);
  await terminal.answer("Which clients", KEY.enter);
  expect(await terminal.exitCode()).toBe(0);
  const written = readFileSync(join(home.path, ".codex/config.toml"), "utf8");
  expect(written).toContain('env_vars = ["A_TOKEN"]');
});
