import { expect, test } from "bun:test";
import { type Command, type Flags, runCommand } from "../../src/cli/command.ts";
import { readPlainFlags } from "../../src/cli/plain-flags.ts";

/** A command that keeps what it is run with. */
function recorder(): Command & { readonly seen: Flags[] } {
  const seen: Flags[] = [];
  return {
    seen,
    name: "try",
    description: "For this test",
    args: {
      server: { type: "positional" },
      config: { type: "string" },
      force: { type: "boolean" },
      "no-browser": { type: "boolean" },
    },
    run: (flags) => {
      seen.push(flags);
      return Promise.resolve(0);
    },
  };
}

const CONTEXT = { env: {}, output: { print: () => {}, printError: () => {} } };

test.each([
  [["linear"], { server: "linear" }],
  [["--force", "linear"], { server: "linear", force: true }],
  [["--config", "mine.json", "linear"], { server: "linear", config: "mine.json" }],
  [["linear", "--config=mine.json"], { server: "linear", config: "mine.json" }],
  [["linear", "--no-browser"], { server: "linear", "no-browser": true }],
])("reads %p alike with the library and without", async (words, flags) => {
  const command = recorder();
  expect(readPlainFlags(command, words)).toEqual(flags);
  await runCommand(command, words, CONTEXT);
  expect(command.seen[0]).toMatchObject(flags);
});

test("a flag that was not given is not true for the library either", async () => {
  const command = recorder();
  await runCommand(command, ["linear"], CONTEXT);
  expect(command.seen[0]?.["no-browser"]).toBe(false);
  expect(command.seen[0]?.force).not.toBe(true);
});

test.each([
  ["no server", []],
  ["two servers", ["a", "b"]],
  ["an empty server", [""]],
  ["an unknown flag", ["a", "--forse"]],
  ["a flag without its value", ["a", "--config"]],
  ["a flag for its value", ["a", "--config", "--force"]],
  ["a positional as a flag", ["--server", "a"]],
  ["a short flag", ["a", "-f"]],
])("leaves %s to the library, which refuses it", async (_what, words) => {
  const command = recorder();
  expect(readPlainFlags(command, words)).toBeUndefined();
  await expect(runCommand(command, words, CONTEXT)).rejects.toMatchObject({ code: "USAGE" });
  expect(command.seen).toEqual([]);
});
