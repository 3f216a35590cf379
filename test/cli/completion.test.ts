import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { CliHome } from "./cli-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const MAIN = join(import.meta.dir, "../../src/main.ts");

/** A home with servers in its own config file, and a `mcpzip` on the PATH. */
async function home(): Promise<CliHome> {
  const made = new CliHome();
  await Bun.write(
    join(made.path, ".config/compressed-mcp-proxy/config.json"),
    JSON.stringify({
      mcpServers: { linear: { url: "https://linear.example/mcp" }, "my-files": { command: "x" } },
    }),
  );
  const program = join(made.path, "bin/mcpzip");
  await Bun.write(program, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  chmodSync(program, 0o755);
  return made;
}

/** What a shell prints that is told to run this. */
async function shell(made: CliHome, command: readonly string[]): Promise<string[]> {
  const ran = Bun.spawn([...command], {
    cwd: made.path,
    env: { HOME: made.path, PATH: `${made.path}/bin:${process.env.PATH}`, TERM: "xterm" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([ran.stdout.text(), ran.stderr.text()]);
  expect([await ran.exited, stderr]).toEqual([0, ""]);
  return stdout.split("\n").filter((line) => line !== "");
}

/** What bash makes of a line, up to the cursor at its end. */
function bash(made: CliHome, words: readonly string[]): Promise<string[]> {
  const script = `eval "$(mcpzip completion bash)"
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mcpzip
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return shell(made, ["bash", "--norc", "-c", script, "bash", ...words]);
}

test.skipIf(Bun.which("bash") === null)(
  "bash completes commands, flags, servers and what a flag may be",
  async () => {
    await using made = await home();
    expect(await bash(made, ["mcpzip", "lo"])).toEqual(["login", "logout"]);
    expect(await bash(made, ["mcpzip", "auth", ""])).toEqual(["status"]);
    expect(await bash(made, ["mcpzip", "login", ""])).toEqual(["linear", "my-files"]);
    expect(await bash(made, ["mcpzip", "remove", "linear", "my"])).toEqual(["my-files"]);
    expect(await bash(made, ["mcpzip", "login", "--force", "--f"])).toEqual([]);
    expect(await bash(made, ["mcpzip", "login", "--n"])).toEqual(["--no-browser"]);
    expect(await bash(made, ["mcpzip", "add", "x", "https://x", "--transport", ""])).toEqual([
      "http",
      "sse",
      "stdio",
    ]);
    expect(await bash(made, ["mcpzip", "list", "--config", ""])).toEqual([]);
    expect(await bash(made, ["mcpzip", "add", "x", "--", ""])).toEqual([]);
    expect(await bash(made, ["mcpzip", "search", "x", "--server", "li"])).toEqual(["linear"]);
    expect(await bash(made, ["mcpzip", "resources", "my"])).toEqual(["my-files"]);
  },
);

test.skipIf(Bun.which("zsh") === null)("zsh is told words with their meanings", async () => {
  await using made = await home();
  const zsh = (words: readonly string[]) => {
    const script = `compdef() { :; }
      _describe() { print -rl -- "\${(@P)2}"; }
      _files() { print FILES; }
      eval "$(mcpzip completion zsh)"
      words=("$@"); CURRENT=$#; _mcpzip`;
    return shell(made, ["zsh", "-f", "-c", script, "zsh", ...words]);
  };
  expect(await zsh(["mcpzip", "login", ""])).toEqual([
    "linear:http server",
    "my-files:stdio server",
  ]);
  expect(await zsh(["mcpzip", "list", "--config", ""])).toEqual(["FILES"]);
});

test.skipIf(Bun.which("fish") === null)("fish completes what is on its command line", async () => {
  await using made = await home();
  await Bun.write(join(made.path, "other.json"), "{}");
  const fish = (line: string) =>
    shell(made, [
      "fish",
      "--no-config",
      "-c",
      `mcpzip completion fish | source; complete -C '${line}'`,
    ]);
  expect(await fish("mcpzip login ")).toEqual(["linear\thttp server", "my-files\tstdio server"]);
  expect(await fish("mcpzip login l")).toEqual(["linear\thttp server"]);
  expect(await fish("mcpzip list --config o")).toEqual(["other.json"]);
});

test.skipIf(Bun.which("pwsh") === null)("PowerShell completes what is on its line", async () => {
  await using made = await home();
  const script = `mcpzip completion powershell | Out-String | Invoke-Expression
    (TabExpansion2 'mcpzip login ' 13).CompletionMatches.CompletionText
    (TabExpansion2 'mcpzip lo' 9).CompletionMatches.CompletionText`;
  expect(await shell(made, ["pwsh", "-NoProfile", "-Command", script])).toEqual([
    "linear",
    "my-files",
    "login",
    "logout",
  ]);
});

test("completes the servers of the file that the line names, and tools by their names", async () => {
  await using made = await home();
  await Bun.write(made.configFile, '{ "mcpServers": { "other": { "command": "x" }, } }');
  const complete = async (...words: string[]) =>
    (await made.runBare(["complete", "--", ...words])).stdout;
  expect(await complete("login", "--config", made.configFile, "")).toBe("other\tstdio server\n");
  expect(await complete("login", `--config=${made.configFile}`, "")).toBe("other\tstdio server\n");
  const newWord = await made.runBare(["complete", "--new-word", "--", "login"]);
  expect(newWord.stdout).toContain("linear\t");
});

test.each([
  ["there is no config", ["login", ""]],
  ["the command is unknown", ["nonsense", ""]],
  ["nothing fits", ["login", "--zzz"]],
])("says nothing and fails never: %s", async (_why, words) => {
  await using made = new CliHome();
  const { code, stdout, stderr } = await made.runBare(["complete", "--", ...words]);
  expect([code, stdout, stderr]).toEqual([0, "", ""]);
});

test("is no command for people, and refuses a shell that it does not know", async () => {
  await using made = new CliHome();
  expect((await made.runBare(["--help"])).stdout).not.toMatch(/^ {2}complete /m);
  const { code, stderr } = await made.runBare(["completion", "tcsh"]);
  expect([code, stderr.includes("bash, zsh, fish, powershell")]).toEqual([2, true]);
});
