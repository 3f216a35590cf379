import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { INITIALIZE } from "../../src/auth/fetch-challenge.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { CliHome } from "./cli-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const MAIN = join(import.meta.dir, "../../src/main.ts");
/** A file that is always full: Linux has one. */
const FULL = "/dev/full";

let home: CliHome;

beforeEach(async () => {
  home = new CliHome();
  await home.configure({ notes: { command: "notes-server", disabled: true } });
});
afterEach(() => home[Symbol.asyncDispose]());

function spawnTo<Stdout extends "pipe" | ReturnType<typeof Bun.file>>(
  stdout: Stdout,
  words: readonly string[],
) {
  return Bun.spawn([process.execPath, MAIN, ...words], {
    env: { PATH: process.env.PATH ?? "", HOME: home.path },
    stdin: Buffer.from(`${JSON.stringify(INITIALIZE)}\n`),
    stdout,
    stderr: "pipe",
  });
}

const runFull = async (words: readonly string[]) => {
  const child = spawnTo(Bun.file(FULL), words);
  const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
  return { stderr, code };
};

const SENTENCE =
  "mcpzip: the output could not be written: ENOSPC: no space left on device, write\n";

describe.if(existsSync(FULL))("on a full disk", () => {
  test.each([
    "list",
    "list --json",
    "search notes --json",
    "stats --json",
    "completion bash",
    "list --help",
    "--help",
    "--version",
  ])("%s says that it could not be written, and fails", async (line) => {
    const hasConfig = /^(list|search|stats)/.test(line);
    const config = hasConfig ? ["--config", home.configFile] : [];
    const ended = await runFull([...line.split(" "), ...config]);
    expect(ended).toEqual({ code: 1, stderr: SENTENCE });
  });

  test("an exit code that says more stays", async () => {
    const { code, stderr } = await runFull(["doctor", "--config", join(home.path, "none.json")]);
    expect(code).toBeGreaterThan(2);
    expect(stderr).toEndWith(SENTENCE);
  });

  test("a command that changes something does it whole", async () => {
    const words = ["remove", "notes", "--config", home.configFile];
    expect((await runFull(words)).code).toBe(1);
    expect(await Bun.file(home.configFile).json()).toEqual({ mcpServers: {} });
  });

  test("serve ends as when its host has gone", async () => {
    expect((await runFull(["serve", "--config", home.configFile])).code).toBe(0);
  });
});

test.each([["list"], ["serve"]])(
  "a reader of %s that wants no more is no failure",
  async (name) => {
    const child = spawnTo("pipe", [name, "--config", home.configFile]);
    await child.stdout.cancel();
    const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  },
);
