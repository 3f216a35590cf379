import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TEST_TIMEOUT_MS } from "../../fixtures/poll.ts";
import { CliHome } from "../cli-home.ts";
import { examine, local } from "./examine.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

test("measures a server that is well: start, protocol, tools and what they cost", async () => {
  await using home = new CliHome();
  const { code, of, findings } = await examine(home, { echo: local("echo.ts") });
  const [session] = of("session", "echo");
  expect(session?.level).toBe("ok");
  expect(session?.facts?.protocol).toBe("2025-11-25");
  expect(Number(session?.facts?.handshake_ms)).toBeGreaterThan(0);
  const [tools] = of("tools", "echo");
  expect(tools?.level).toBe("ok");
  expect(tools?.facts?.tools).toBe(10);
  expect(Number(tools?.facts?.tokens)).toBeWithin(200, 600);
  expect(findings.filter(({ level }) => level === "fail")).toEqual([]);
  expect(code).toBe(0);
});

test("changes nothing: no catalog, no folder, no file", async () => {
  await using home = new CliHome();
  await examine(home, { echo: local("echo.ts") });
  const left = [...new Bun.Glob("**/*").scanSync({ cwd: home.path, dot: true })];
  expect(left.filter((path) => !path.startsWith(".bun/"))).toEqual(["mine.json"]);
});

test("finds a command that is nowhere, and exits with 6", async () => {
  await using home = new CliHome();
  const { code, of, todo } = await examine(home, { gone: { command: "no-such-program" } });
  expect(of("command", "gone")).toMatchObject([{ level: "fail" }]);
  expect(of("session")).toEqual([]);
  expect(todo.join("\n")).toContain('install no-such-program, or correct "command" of "gone"');
  expect(code).toBe(6);
});

test("finds a program that only the login shell's PATH has, and gives its full path", async () => {
  await using home = new CliHome();
  const tool = join(home.path, "tools/my-server");
  await Bun.write(tool, "#!/bin/sh\nexit 0\n");
  chmodSync(tool, 0o755);
  // Prints before and after, as start files do.
  writeFileSync(
    join(home.path, ".profile"),
    `echo hello\nexport PATH="$PATH:${home.path}/tools"\n`,
  );
  const { code, of } = await examine(
    home,
    { mine: { command: "my-server" } },
    { env: { SHELL: "/bin/bash" } },
  );
  expect(of("command", "mine")).toMatchObject([
    { level: "fail", fix: expect.stringContaining(`"command": "${tool}"`) },
  ]);
  expect(of("path")[0]?.message).toContain(`${home.path}/tools`);
  expect(code).toBe(6);
});

test("warns of a program that only this terminal's PATH has", async () => {
  await using home = new CliHome();
  const tool = join(home.path, "venv/echo-server");
  await Bun.write(tool, `#!/bin/sh\nexec "${process.execPath}" "${local("echo.ts").args[0]}"\n`);
  chmodSync(tool, 0o755);
  writeFileSync(join(home.path, ".profile"), "export PATH=/usr/bin:/bin\n");
  const env = { SHELL: "/bin/bash", PATH: `${home.path}/venv:${process.env.PATH}` };
  const { code, of } = await examine(home, { mine: { command: "echo-server" } }, { env });
  expect(of("command", "mine")).toMatchObject([{ level: "warn" }]);
  expect(of("tools", "mine")).toMatchObject([{ level: "ok" }]);
  expect(code).toBe(0);
});

test("gives up a login shell that hangs, and ends it", async () => {
  await using home = new CliHome();
  writeFileSync(join(home.path, ".profile"), "sleep 600\n");
  const { of } = await examine(home, { echo: local("echo.ts") }, { env: { SHELL: "/bin/bash" } });
  expect(of("path")).toMatchObject([
    { level: "note", message: expect.stringContaining("could not be read") },
  ]);
});

test.each([
  ["a file without the right to run", "script.sh", "is not executable"],
  ["a path where nothing is", "absent.sh", "is not there"],
  ["a folder", "", "is a folder, not a program"],
])("names %s", async (_what, file, words) => {
  await using home = new CliHome();
  await Bun.write(join(home.path, "script.sh"), "#!/bin/sh\n");
  const { of } = await examine(home, { mine: { command: join(home.path, file) } });
  expect(of("command", "mine")).toMatchObject([
    { level: "fail", message: expect.stringContaining(words) },
  ]);
});

test("names a working folder that is not there", async () => {
  await using home = new CliHome();
  const { of } = await examine(home, { mine: { ...local("echo.ts"), cwd: "/no/such/folder" } });
  expect(of("command", "mine")[0]?.message).toContain("/no/such/folder");
});

test("repeats the last words of a server that ends at its start, and exits with 4", async () => {
  await using home = new CliHome();
  const { code, of } = await examine(home, { crash: local("crash.ts", { CRASH_AT_START: "1" }) });
  expect(of("session", "crash")).toMatchObject([
    { level: "fail", why: expect.stringContaining("cannot read the licence file") },
  ]);
  expect(code).toBe(4);
});

test("gives up a server that takes too long, and leaves no process of it", async () => {
  await using home = new CliHome();
  const slow = local("slow.ts", { SLOW_START_MS: "30000" });
  const words = ["--timeout", "1"];
  const { code, of, todo } = await examine(home, { slow }, { words });
  expect(of("session", "slow")).toMatchObject([
    { level: "fail", message: "no answer within 1.0 s" },
  ]);
  expect(todo).toContain("if it needs longer: mcpzip doctor slow --timeout 120");
  expect(code).toBe(4);
});

test("notes a start that the first call has to wait for", async () => {
  await using home = new CliHome();
  const { code, of } = await examine(home, { slow: local("slow.ts", { SLOW_START_MS: "3100" }) });
  expect(of("session", "slow")).toMatchObject([
    { level: "note", message: expect.stringContaining("first call waits") },
  ]);
  expect(code).toBe(0);
});

test("tells of lines on stdout that are no protocol", async () => {
  await using home = new CliHome();
  const { of } = await examine(home, { noisy: local("noisy.ts") });
  expect(of("session", "noisy").map(({ level }) => level)).toContain("warn");
});

test("lints names and schemas, one line for each kind of oddity", async () => {
  await using home = new CliHome();
  const odd = local(join(import.meta.dir, "servers/odd-tools.ts"));
  const { code, of } = await examine(home, { odd });
  const lint = of("tools", "odd").filter(({ level }) => level !== "ok");
  expect(lint.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^1 tool with a name of more than 64 characters.*: long_x+$/),
    "1 tool with characters in the name that many clients refuse: with space",
    "1 tool with anyOf, oneOf or allOf at the root of the schema: union",
    '1 tool without "type": "object" at the root of the schema: rootless',
    "1 tool without a description: silent",
    "2 tools whose names differ only in case or punctuation: getThing, getthing",
  ]);
  expect(code).toBe(0);
});

test("looks at four servers at a time, and reports all in the order of the config", async () => {
  await using home = new CliHome();
  const names = ["f", "e", "d", "c", "b", "a"];
  const servers = names.map((name, at) => {
    const env = { SLOW_START_MS: String(600 - at * 100) };
    return [name, local("slow.ts", env)] as const;
  });
  const { findings } = await examine(home, Object.fromEntries(servers));
  const order = findings.flatMap(({ check, server }) => (check === "session" ? [server] : []));
  expect(order).toEqual(names);
});
