import { expect, setDefaultTimeout, test } from "bun:test";
import { Database } from "bun:sqlite";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { CatalogStore } from "../../../src/catalog/store.ts";
import { createLog } from "../../../src/platform/log.ts";
import { resolvePaths } from "../../../src/platform/paths.ts";
import { isRunning } from "../../fixtures/pid-file.ts";
import { poll, TEST_TIMEOUT_MS, until } from "../../fixtures/poll.ts";
import { CliHome } from "../cli-home.ts";
import { examine, examineAgain, local } from "./examine.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const OFF = { off: { command: "anything", disabled: true } };

function catalogOf(home: CliHome): string {
  return resolvePaths(home.path, home.configFile).catalogFile;
}

test("without a config says so, looks at the machine all the same, and exits with 3", async () => {
  await using home = new CliHome();
  const { code, of, findings } = await examineAgain(home);
  expect(of("config")).toMatchObject([{ level: "fail" }]);
  expect(findings.length).toBeGreaterThan(4);
  expect(code).toBe(3);
});

test("shows the line of broken JSON without its secrets, and exits with 3", async () => {
  await using home = new CliHome();
  await Bun.write(home.configFile, '{ "mcpServers": { "a": { "env": { "K": "hush" } } "b"');
  const { code, of, text } = await examineAgain(home);
  expect(of("config")[0]?.why).toContain("^");
  expect(text).not.toContain("hush");
  expect(code).toBe(3);
});

test("names every variable that is not set, and exits with 6", async () => {
  await using home = new CliHome();
  const entry = {
    command: "x",
    args: ["${FIRST_ONE}", "${HAS_DEFAULT:-1}"],
    env: { A: "${SECOND}" },
  };
  const { code, todo } = await examine(home, { it: entry });
  expect(todo.join("\n")).toContain("set FIRST_ONE and SECOND where mcpzip is started");
  expect(todo.join("\n")).not.toContain("HAS_DEFAULT");
  expect(code).toBe(6);
});

test.each([
  ["", "is set, but empty"],
  ["hush\n", "ends in a line break"],
  [" hush", "begins or ends with a space"],
  ['"hush"', "is in quotes"],
])("warns of a variable that holds %j, and does not show it", async (value, words) => {
  await using home = new CliHome();
  const { of, text } = await examine(
    home,
    { echo: local("echo.ts", { KEY: "${MY_KEY}" }) },
    { env: { MY_KEY: value } },
  );
  expect(of("env", "echo")).toMatchObject([
    { level: "warn", message: expect.stringContaining(`MY_KEY ${words}`) },
  ]);
  expect(text).not.toContain("hush");
});

test("warns of modes that let others in, and leaves them as they are", async () => {
  await using home = new CliHome();
  mkdirSync(home.authFolder, { recursive: true, mode: 0o755 });
  const tokens = join(home.authFolder, `${"a".repeat(32)}.json`);
  await Bun.write(tokens, "{}");
  chmodSync(tokens, 0o644);
  await home.configure(OFF);
  chmodSync(home.configFile, 0o666);
  const { code, of } = await examineAgain(home);
  expect(of("files").map(({ fix }) => fix)).toEqual([
    `chmod go-w ${home.configFile}`,
    `chmod go-rwx ${home.authFolder}`,
    `chmod go-rwx ${tokens}`,
  ]);
  expect(statSync(tokens).mode & 0o777).toBe(0o644);
  expect(code).toBe(0);
});

test("says how many tools the catalog has, and leaves no file beside it", async () => {
  await using home = new CliHome();
  const path = catalogOf(home);
  const store = new CatalogStore(
    path,
    createLog("error", () => {}),
  );
  const listing = { tools: [{ name: "one", json: '{"name":"one"}' }] };
  store.replaceServer("off", { fingerprint: "f", at: Date.now() - 3 * 86_400_000, listing });
  store.close();
  const { of } = await examine(home, OFF);
  expect(of("cache")).toMatchObject([
    {
      level: "ok",
      message: expect.stringContaining("1 tool of 1 server, the oldest list 3 days"),
    },
  ]);
  expect(existsSync(`${path}-wal`) || existsSync(`${path}-shm`)).toBe(false);
});

test("reads a catalog that another process has open", async () => {
  await using home = new CliHome();
  const store = new CatalogStore(
    catalogOf(home),
    createLog("error", () => {}),
  );
  store.replaceServer("off", { fingerprint: "f", at: Date.now(), listing: { tools: [] } });
  const { of } = await examine(home, OFF);
  expect(of("cache")[0]?.message).toContain("0 tools of 1 server");
  store.close();
});

test.each([
  ["a damaged catalog", "no database at all", "fail", 1],
  ["an empty file", "", "note", 0],
] as const)("finds %s and leaves it there", async (_what, text, level, exitCode) => {
  await using home = new CliHome();
  const path = catalogOf(home);
  await Bun.write(path, text);
  const { code, of } = await examine(home, OFF);
  expect(of("cache")[0]?.level).toBe(level);
  expect(readFileSync(path, "utf8")).toBe(text);
  expect(code).toBe(exitCode);
});

test("knows a catalog of another version", async () => {
  await using home = new CliHome();
  const path = catalogOf(home);
  mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path, { create: true });
  database.run("PRAGMA user_version = 99");
  database.close();
  const { of } = await examine(home, OFF);
  expect(of("cache")).toMatchObject([{ level: "note", message: expect.stringContaining("99") }]);
});

test.each([
  [{ https_proxy: "http://me:hush@127.0.0.1:1" }, "https_proxy names 127.0.0.1:1"],
  [{ ALL_PROXY: "socks5://127.0.0.1:1080" }, "ALL_PROXY names a socks5 proxy"],
  [{ NODE_EXTRA_CA_CERTS: "/no/such/ca.pem" }, "cannot be read"],
  [{ SSL_CERT_FILE: "/etc/hostname" }, "holds no certificate"],
  [{ SSL_CERT_DIR: "/no/such/folder" }, "is no folder"],
])("finds what is wrong with %j, and exits with 6", async (env, words) => {
  await using home = new CliHome();
  const { code, of, text } = await examine(home, OFF, { env });
  expect(of("network")).toMatchObject([{ level: "fail", message: expect.stringContaining(words) }]);
  expect(text).not.toContain("hush");
  expect(code).toBe(6);
});

test("names a server that somebody has left behind, and does not end it", async () => {
  await using home = new CliHome();
  const [script = ""] = local("stubborn.ts").args;
  const mark = `mark-${crypto.randomUUID()}`;
  const pidFile = join(home.path, "pids");
  // The shell ends at once, and leaves what it has started to the system.
  const command = `PID_FILE=${pidFile} ${process.execPath} ${script} ${mark} </dev/null >/dev/null 2>&1 &`;
  Bun.spawnSync(["sh", "-c", command]);
  await until(() => existsSync(pidFile) && readFileSync(pidFile, "utf8").endsWith("\n"));
  const pid = Number(readFileSync(pidFile, "utf8").split(" ")[1]);
  try {
    const left = { command: "no-such-program", args: ["-y", script, mark] };
    const { of } = await examine(home, { left });
    expect(of("processes")).toMatchObject([
      { level: "warn", fix: expect.stringContaining(`kill ${pid}`) },
    ]);
    expect(isRunning(pid)).toBe(true);
  } finally {
    process.kill(pid, "SIGKILL");
    await poll(() => !isRunning(pid) || undefined);
  }
});

test("says which client starts which mcpzip", async () => {
  await using home = new CliHome();
  const write = (path: string, mcpServers: object) =>
    Bun.write(join(home.path, path), JSON.stringify({ mcpServers }));
  await write(".cursor/mcp.json", { mcpzip: { command: "/no/such/mcpzip", args: ["serve"] } });
  await write(".claude.json", { a: { command: "x" }, b: { command: "y" } });
  const { code, of, text } = await examine(home, OFF);
  expect(of("clients").map(({ level, message }) => [level, message])).toEqual([
    ["note", "Claude Code starts 2 servers without mcpzip"],
    ["fail", expect.stringContaining("Cursor is to start /no/such/mcpzip, which is not there")],
  ]);
  expect(text).not.toContain("no client that mcpzip knows");
  expect(code).toBe(1);
});

test("warns when no client starts mcpzip", async () => {
  await using home = new CliHome();
  const { code, of } = await examine(home, OFF);
  expect(of("clients")).toMatchObject([
    { level: "warn", message: "no client that mcpzip knows is set up to start it" },
  ]);
  expect(code).toBe(0);
});

test("proposes the nearest name for a server that is not there", async () => {
  await using home = new CliHome();
  await home.configure({ linear: { command: "x" } });
  const { code, stderr } = await home.run(["doctor", "liner"]);
  expect(stderr).toContain('did you mean "linear"?');
  expect(code).toBe(1);
});

test.each([["0"], ["soon"], ["99999"]])("refuses --timeout %s with exit code 2", async (value) => {
  await using home = new CliHome();
  const { code, stderr } = await home.run(["doctor", "--timeout", value]);
  expect(stderr).toContain("--timeout must be a number of seconds");
  expect(code).toBe(2);
});

test("prints aligned rows, ends with what to do, and colours nothing in a pipe", async () => {
  await using home = new CliHome();
  await home.configure({ gone: { command: "no-such-program" }, ...OFF });
  const { stdout, code } = await home.run(["doctor"]);
  expect(stdout).toContain("\ngone (stdio, no-such-program)\nfail  command    ");
  expect(stdout).toMatch(/^To do\n {2}1\. install no-such-program/m);
  expect(stdout).not.toContain("\u001b");
  for (const line of stdout.split("\n").filter((each) => !each.includes("/")))
    expect(line.length).toBeLessThanOrEqual(88);
  expect(code).toBe(6);
});

test("stops at Ctrl-C with exit code 130, and leaves no server behind", async () => {
  await using home = new CliHome();
  const pidFile = join(home.path, "pids");
  const slow = local("slow.ts", { SLOW_START_MS: "60000" });
  await home.configure({
    slow: {
      ...slow,
      command: "sh",
      args: ["-c", `echo "sh $$" >> ${pidFile}; exec ${process.execPath} ${slow.args[0]}`],
    },
  });
  const started = home.start(["doctor"]);
  await until(() => existsSync(pidFile) && readFileSync(pidFile, "utf8").endsWith("\n"));
  started.signal("SIGINT");
  expect((await started.ended).code).toBe(130);
  const pid = Number(readFileSync(pidFile, "utf8").split(" ")[1]);
  await until(() => !isRunning(pid));
});
