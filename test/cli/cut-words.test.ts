import { expect, test } from "bun:test";
import type { ArgsDef } from "../../src/cli/args.ts";
import { readFlags } from "../../src/cli/command.ts";
import { plainFlags } from "../../src/cli/cut-words.ts";

const PLAIN: ArgsDef = {
  config: { type: "string" },
  verbose: { type: "boolean" },
  "no-browser": { type: "boolean" },
  client: { type: "string", isRepeated: true },
};

test.each([
  [[], {}],
  [["--config", "mine.json", "--verbose"], { config: "mine.json", verbose: true }],
  [["--config=-mine.json"], { config: "-mine.json" }],
  [["--no-browser"], { "no-browser": true }],
  [["--client", "a", "--client=b"], { client: ["a", "b"] }],
])("reads %j alike with citty and without", (words, flags) => {
  expect(plainFlags(PLAIN, words)).toStrictEqual(flags);
  expect(readFlags(PLAIN, words)).toStrictEqual({ flags });
});

test.each([["--forse"], ["--config"], ["word"], ["--verbose=1"]])(
  "leaves the mistake %s to be told by the command",
  (word) => {
    expect(plainFlags(PLAIN, [word])).toBeUndefined();
    expect(readFlags(PLAIN, [word])).toHaveProperty("mistake");
  },
);

test.each<[string, ArgsDef]>([
  ["a positional", { server: { type: "positional", required: false } }],
  ["options", { level: { type: "enum", options: ["a"] } }],
  ["a default", { level: { type: "string", default: "a" } }],
  ["what must be given", { level: { type: "string", required: true } }],
])("leaves a command with %s to citty", (_what, args) => {
  expect(plainFlags(args, [])).toBeUndefined();
});
