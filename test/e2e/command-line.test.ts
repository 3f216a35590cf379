import { expect, test } from "bun:test";
import { fixture } from "./entries.ts";
import { RawHost, type RawHostOptions } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { textOf } from "./sdk-host.ts";

/** Runs mcpzip to its end, by itself. */
async function run(sandbox: Sandbox, options: RawHostOptions) {
  const host = new RawHost(sandbox, options);
  const exit = await host.exited;
  return { ...exit, stdout: host.lines.join("\n"), stderr: host.stderr };
}

test("says which file is missing and how to begin, and exits with 1", async () => {
  await using sandbox = new Sandbox();
  const { code, stdout, stderr } = await run(sandbox, {});
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain(sandbox.configFile);
  expect(stderr).toContain("CONFIG_NOT_FOUND");
  expect(stderr).toMatch(/^ {2}fix {3}\S/m);
  expect(stderr).not.toContain("    at ");
});

test("points at the place where the JSON is broken, shows no secret, and exits with 1", async () => {
  await using sandbox = new Sandbox(
    '{\n  "mcpServers": {\n    "a": { "command": "x", "env": { "KEY": "hidden-secret" } }\n' +
      '    "b": { "command": "y" }\n  }\n}\n',
  );
  const { code, stdout, stderr } = await run(sandbox, {});
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain("CONFIG_INVALID");
  expect(stderr).toContain(`${sandbox.configFile}:4:5`);
  const lines = stderr.split("\n");
  const frame = lines.findIndex((line) => /\b4 \|.*"b"/.test(line));
  expect(frame).toBeGreaterThan(-1);
  const caret = lines[frame + 1] ?? "";
  expect(caret.indexOf("^")).toBe(lines[frame]?.indexOf('"b"') ?? -1);
  expect(stderr).toMatch(/^ {2}fix {3}\S/m);
  expect(stderr).not.toContain("hidden-secret");
});

test.each([
  ["an empty file", ""],
  ["no mcpServers", '{ "servers": { "a": { "command": "x" } } }'],
  ["a wrong type", '{ "mcpServers": [] }'],
  ["a setting of a wrong type", '{ "mcpServers": { "a": { "command": "x" } }, "search": 5 }'],
])("refuses %s with file:line:column and exit code 1", async (_name, text) => {
  await using sandbox = new Sandbox(text);
  const { code, stdout, stderr } = await run(sandbox, {});
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/config\.json:\d+:\d+/);
  expect(stderr).toMatch(/^ {2}fix {3}\S/m);
});

test("reads comments and trailing commas", async () => {
  await using sandbox = new Sandbox();
  const echo = JSON.stringify(fixture("echo.ts"));
  sandbox.configure(`// mine\n{ "mcpServers": { /* one */ "echo": ${echo}, }, }\n`);
  const host = new RawHost(sandbox);
  expect((await host.initialize()).instructions).toContain("echo");
});

test.each([
  ["as a word", ["serve", "--config", "nested/mine.json"]],
  ["with an equals sign", ["serve", "--config=./nested/mine.json"]],
])(
  "finds the file that --config names %s relative to the current directory",
  async (_how, args) => {
    await using sandbox = new Sandbox({ mcpServers: { unwanted: fixture("echo.ts") } });
    const config = { mcpServers: { wanted: fixture("echo.ts") } };
    sandbox.write("here/nested/mine.json", JSON.stringify(config));
    const host = new RawHost(sandbox, { args, cwd: sandbox.path("here") });
    expect((await host.initialize()).instructions).toContain("wanted");
    expect((await host.initialize()).instructions).not.toContain("unwanted");
    expect(textOf(await host.call("search_tools", { query: "echo" }))).toContain("wanted__echo");
  },
);

test.each([
  ["an unknown flag", ["serve", "--confg", "x"], "--config"],
  ["an unknown command", ["sevre"], '"serve"'],
  ["a flag without its value", ["serve", "--config"], "--config"],
  ["a word too many", ["serve", "everything"], '"everything"'],
])("refuses %s with exit code 2 and a hint", async (_name, args, hint) => {
  await using sandbox = new Sandbox({ mcpServers: { echo: fixture("echo.ts") } });
  const { code, stdout, stderr } = await run(sandbox, { args });
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("USAGE");
  expect(stderr).toContain(hint);
});

test.each([[["--version"]], [["--help"]], [["serve", "--help"]]])(
  "answers %p on stdout and exits with 0, without any configuration",
  async (args) => {
    await using sandbox = new Sandbox();
    const { code, stdout, stderr } = await run(sandbox, { args });
    expect(code).toBe(0);
    expect(stdout).not.toBe("");
    expect(stderr).toBe("");
  },
);
