import { describe, expect, test } from "bun:test";
import { COMMON_ARGS } from "../../src/cli/args.ts";
import { COMMANDS } from "../../src/cli/run.ts";
import { CliHome, type Ended } from "./cli-home.ts";

/** Runs mcpzip without `--config`. */
async function mcpzip(words: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  await using home = new CliHome();
  return await home.runBare(words, env);
}

describe("help", () => {
  test("lists the commands by what they are for", async () => {
    const { code, stdout } = await mcpzip(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("\nSign in\n  login ");
    expect(stdout).not.toContain("\nMore\n");
    expect(stdout).not.toContain("undefined");
    const columns = [...stdout.matchAll(/^ {2}((?:[a-z]+ )+ +)[A-Z]/gm)].map(
      ([, term]) => term?.length,
    );
    expect(columns.length).toBeGreaterThan(4);
    expect(new Set(columns).size).toBe(1);
  });

  test.each([
    [["help", "login"]],
    [["login", "--help"]],
    [["login", "-h"]],
    [["login", "x", "--help"]],
  ])("of a command is what %j prints", async (words) => {
    const { code, stdout, stderr } = await mcpzip(words);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Usage\n  mcpzip login SERVER [flags]\n");
    expect(stdout).toMatch(/^ {2}--config PATH {2,}The config file/m);
    expect(stdout).not.toContain("undefined");
  });

  test("of a group is a list of its commands", async () => {
    const { stdout } = await mcpzip(["auth", "--help"]);
    expect(stdout).toContain("  auth status  ");
  });

  test("after -- is the other program's business", async () => {
    const { code, stderr } = await mcpzip(["logout", "--", "x", "--help"]);
    expect([code, stderr.includes('takes no "--help"')]).toEqual([2, true]);
  });
});

describe("a mistake is told with what was meant, and exit code 2:", () => {
  test.each([
    ["an unknown flag", ["login", "x", "--forse"], "has no flag --forse; did you mean --force?"],
    ["an unknown flag with a value", ["login", "x", "--tokne=s3cret"], "has no flag --tokne"],
    ["a command", ["lgoin", "x"], 'no command "lgoin"; did you mean "login"?'],
    ["a command of a group", ["auth", "statsu"], 'did you mean "auth status"?'],
    ["a missing argument", ["login"], "mcpzip login needs a SERVER"],
    ["a word too many", ["login", "a", "b"], 'mcpzip login takes no "b"'],
    ["a flag without its value", ["login", "a", "--config"], "--config needs a value"],
    [
      "a word that is no option",
      ["add", "a", "--transport", "ws"],
      "--transport is http or sse or",
    ],
    ["a switch with a value", ["login", "a", "--force=1"], "--force takes no value"],
    [
      "a flag before the command",
      ["--config=s3cret", "login"],
      "--config stands before the command",
    ],
    ["a common flag before it", ["--json", "list"], "--json stands before the command"],
    ["a flag alone", ["--verion"], "did you mean --version?"],
  ])("%s", async (_what, words, message) => {
    const { code, stdout, stderr } = await mcpzip(words);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/\(USAGE\)\n {2}fix {3}mcpzip .*--help\n$/);
    expect(stderr).not.toContain("s3cret");
  });
});

describe("colour", () => {
  test.each([
    [{}, false],
    [{ FORCE_COLOR: "1" }, true],
    [{ FORCE_COLOR: "0" }, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ])("into a pipe with %j: %p", async (env, isColoured) => {
    const { stdout } = await mcpzip(["--help"], env);
    expect(stdout.includes("\u001b[1m")).toBe(isColoured);
  });

  test.each([
    [{ TERM: "xterm" }, true],
    [{ TERM: "xterm", NO_COLOR: "1" }, false],
    [{ TERM: "xterm", FORCE_COLOR: "0" }, false],
    [{ TERM: "dumb" }, false],
  ])("on a terminal with %j: %p", async (env, isColoured) => {
    await using home = new CliHome();
    const text = await home.runInTerminal(["--help"], env);
    expect(text).toContain("Usage");
    expect(text.includes("\u001b[1m")).toBe(isColoured);
  });
});

test.each(Object.entries(COMMANDS).filter(([, { isHidden }]) => isHidden !== true))(
  "%s has --config and --verbose",
  async (_name, entry) => {
    expect((await entry.load()).args).toMatchObject(COMMON_ARGS);
  },
);

test("an error's stack is shown with --verbose only", async () => {
  const words = ["login", "x", "--config", "/nowhere/config.json"];
  expect((await mcpzip(words)).stderr).not.toContain("    at ");
  expect((await mcpzip([...words, "--verbose"])).stderr).toContain("    at ");
});
