import { expect, test } from "bun:test";
import type { ArgsDef } from "../../src/cli/args.ts";
import { readFlags } from "../../src/cli/command.ts";
import type { Mistake } from "../../src/cli/cut-words.ts";

const LOGIN: ArgsDef = {
  server: { type: "positional" },
  config: { type: "string" },
  force: { type: "boolean" },
  "no-browser": { type: "boolean" },
};

const ADD: ArgsDef = {
  name: { type: "positional" },
  url: { type: "positional", required: false },
  header: { type: "string", isRepeated: true },
  command: { type: "rest" },
};

const CALL: ArgsDef = {
  tool: { type: "positional" },
  arguments: { type: "positional", required: false, isVariadic: true },
  args: { type: "string" },
};

const ODD: ArgsDef = {
  browser: { type: "boolean" },
  "no-browser": { type: "boolean" },
  "no-proxy": { type: "string" },
  "no-tag": { type: "string", isRepeated: true },
  "dry-run": { type: "boolean" },
};

const JUDGED: ArgsDef = {
  level: { type: "enum", options: ["low", "high"], default: "low" },
  "no-colour": { type: "enum", options: ["ever", "now"] },
  token: { type: "string", required: true },
  quick: { type: "boolean", default: false },
  place: { type: "positional", default: "here" },
};

const DESCRIBE: ArgsDef = { tool: { type: "positional", isVariadic: true } };

test.each([
  [LOGIN, ["linear"], { server: "linear" }],
  [LOGIN, ["--force", "linear"], { server: "linear", force: true }],
  [LOGIN, ["--config", "mine.json", "linear"], { server: "linear", config: "mine.json" }],
  [LOGIN, ["linear", "--config=mine.json"], { server: "linear", config: "mine.json" }],
  [LOGIN, ["linear", "--config=-odd=name"], { server: "linear", config: "-odd=name" }],
  [LOGIN, ["linear", "--config", "a", "--config", "b"], { server: "linear", config: "b" }],
  [LOGIN, ["linear", "--no-browser"], { server: "linear", "no-browser": true }],
  [LOGIN, ["--", "-linear"], { server: "-linear" }],
  [LOGIN, ["linear", "--"], { server: "linear" }],
  [ADD, ["a", "https://x"], { name: "a", url: "https://x" }],
  [ADD, ["a", "--header", "A=B", "--header=C=D"], { name: "a", header: ["A=B", "C=D"] }],
  [ADD, ["a", "--", "npx", "-y", "--", "x"], { name: "a", command: ["npx", "-y", "--", "x"] }],
  [ADD, ["a", "--"], { name: "a", command: [] }],
  [CALL, ["t", "a=1", "b=-2", "c= d"], { tool: "t", arguments: ["a=1", "b=-2", "c= d"] }],
  [CALL, ["t", "-"], { tool: "t", arguments: ["-"] }],
  [CALL, ["t", "--args", "-"], { tool: "t", args: "-" }],
  [CALL, ["t", "a=1", "--args", "{}", "b=2"], { tool: "t", arguments: ["a=1", "b=2"], args: "{}" }],
  [CALL, ["t", "--", "--args"], { tool: "t", arguments: ["--args"] }],
  [DESCRIBE, ["a", "b", "c"], { tool: ["a", "b", "c"] }],
  [DESCRIBE, ["--", "-a", "--no-b", "--"], { tool: ["-a", "--no-b", "--"] }],
  // What citty misreads when it is not spelled out for it.
  [ODD, ["--no-browser"], { "no-browser": true }],
  [ODD, ["--browser"], { browser: true }],
  [ODD, ["--browser", "--no-browser"], { browser: true, "no-browser": true }],
  [ODD, ["--no-proxy", "a.b"], { "no-proxy": "a.b" }],
  [ODD, ["--no-proxy=--no-browser"], { "no-proxy": "--no-browser" }],
  [ODD, ["--no-tag", "a", "--no-tag=b"], { "no-tag": ["a", "b"] }],
  [ODD, ["--dry-run"], { "dry-run": true }],
  [LOGIN, ["--force", "false"], { server: "false", force: true }],
  [LOGIN, ["a", "--config=false"], { server: "a", config: "false" }],
  [LOGIN, ["a", "--config=a=b"], { server: "a", config: "a=b" }],
  // What citty adds and judges.
  [JUDGED, ["--token", "x"], { level: "low", token: "x", quick: false, place: "here" }],
  [
    JUDGED,
    ["there", "--token=x", "--level", "high", "--no-colour=now", "--quick"],
    { level: "high", "no-colour": "now", token: "x", quick: true, place: "there" },
  ],
])("with %o reads %j", (args, words, flags) => {
  expect(readFlags(args, words)).toEqual({ flags });
});

const MISTAKES: readonly [ArgsDef, string[], Mistake][] = [
  [LOGIN, [], { kind: "missing", name: "server" }],
  [LOGIN, ["a", "b"], { kind: "too-many", word: "b" }],
  [LOGIN, ["--", "a", "-b"], { kind: "too-many", word: "-b" }],
  [LOGIN, [""], { kind: "too-many", word: "" }],
  [LOGIN, ["a", "--forse"], { kind: "unknown-flag", flag: "--forse" }],
  [LOGIN, ["a", "--toString"], { kind: "unknown-flag", flag: "--toString" }],
  [LOGIN, ["a", "--config"], { kind: "needs-value", flag: "config" }],
  [LOGIN, ["a", "--config="], { kind: "needs-value", flag: "config" }],
  [LOGIN, ["a", "--config", "--force"], { kind: "needs-value", flag: "config" }],
  [LOGIN, ["a", "--config", "--"], { kind: "needs-value", flag: "config" }],
  [LOGIN, ["a", "--force=yes"], { kind: "takes-no-value", flag: "force" }],
  [LOGIN, ["--server", "a"], { kind: "unknown-flag", flag: "--server" }],
  [LOGIN, ["a", "-f"], { kind: "unknown-flag", flag: "-f" }],
  [ADD, ["--command", "a"], { kind: "unknown-flag", flag: "--command" }],
  [ADD, ["--", "npx"], { kind: "missing", name: "name" }],
  [ODD, ["--no-dry-run"], { kind: "unknown-flag", flag: "--no-dry-run" }],
  [ODD, ["--noBrowser"], { kind: "unknown-flag", flag: "--noBrowser" }],
  [ODD, ["--dryRun"], { kind: "unknown-flag", flag: "--dryRun" }],
  [ODD, ["--__proto__"], { kind: "unknown-flag", flag: "--__proto__" }],
  [JUDGED, [], { kind: "missing", name: "token" }],
  [
    JUDGED,
    ["--token", "x", "--level", "mid"],
    { kind: "not-an-option", flag: "level", value: "mid" },
  ],
  [
    JUDGED,
    ["--token=x", "--no-colour=no"],
    { kind: "not-an-option", flag: "no-colour", value: "no" },
  ],
  [DESCRIBE, [], { kind: "missing", name: "tool" }],
];

test.each(MISTAKES)("with %o refuses %j", (args, words, mistake) => {
  expect(readFlags(args, words)).toEqual({ mistake });
});
