import { describe, expect, test } from "bun:test";
import { encode as encodeCl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { encode as encodeO200k } from "gpt-tokenizer/encoding/o200k_base";
import type { CatalogServer } from "../../src/catalog/catalog.ts";
import { instructionsFor } from "../../src/proxy/instructions.ts";

const MAX_TOKENS = 400;

function catalogOf(counts: Readonly<Record<string, number>>): ReadonlyMap<string, CatalogServer> {
  return new Map(
    Object.entries(counts).map(([name, toolCount]) => [
      name,
      { name, toolCount, toolsHash: "", refreshedAt: 0, title: undefined, instructions: undefined },
    ]),
  );
}

function instructionsOf(counts: Readonly<Record<string, number>>): string {
  return instructionsFor(Object.keys(counts), catalogOf(counts));
}

/** `count` names with a number of tools each, the same in every run. */
function manyServers(count: number, name: (at: number) => string): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [name(at), (at * 37) % 200]));
}

function hash(at: number): string {
  return new Bun.CryptoHasher("sha256").update(String(at)).digest("hex");
}

const ORDINARY = [
  "github",
  "slack",
  "linear",
  "google-calendar",
  "postgres",
  "filesystem",
  "sentry",
];

const SETS: [string, Record<string, number>][] = [
  ["50 ordinary names", manyServers(50, (at) => `${ORDINARY[at % 7]}${at < 7 ? "" : `-${at}`}`)],
  ["50 names of 40 hexadecimal digits", manyServers(50, (at) => hash(at).slice(0, 40))],
  ["50 names of digits", manyServers(50, (at) => `${BigInt(`0x${hash(at)}`)}`.slice(0, 40))],
  ["50 names of dashes", manyServers(50, (at) => `${"-".repeat(37)}x${at + 10}`)],
  [
    "50 names of dashes between letters",
    manyServers(50, (at) => [...hash(at)].join("-").slice(0, 40)),
  ],
  ["50 names of underscores", manyServers(50, (at) => [...hash(at)].join("_").slice(0, 39))],
  ["50 names of mixed capitals", manyServers(50, (at) => mixed(at).slice(0, 40))],
  ["500 short names", manyServers(500, (at) => `s${at}`)],
  ["500 names of one to three letters", manyServers(500, (at) => at.toString(36))],
  ["500 names of 40 characters", manyServers(500, (at) => `server-${hash(at).slice(0, 33)}`)],
];

function mixed(at: number): string {
  return Buffer.from(hash(at), "hex").toString("base64url").replaceAll("_", "x");
}

describe(`instructions take at most ${MAX_TOKENS} tokens`, () => {
  test.each(SETS)("for %s", (_, counts) => {
    const instructions = instructionsOf(counts);
    expect(encodeO200k(instructions).length).toBeLessThanOrEqual(MAX_TOKENS);
    expect(encodeCl100k(instructions).length).toBeLessThanOrEqual(MAX_TOKENS);
    expect(instructions).toMatch(/\w/);
  });
});

describe("instructions", () => {
  test("say what the tools are for, and name servers with their tool counts, the largest first", () => {
    const instructions = instructionsOf({ small: 3, large: 120, middle: 44 });
    expect(instructions).toContain("search_tools");
    expect(instructions).toContain("execute_tool");
    expect(instructions).toEndWith("Servers (tools): large (120), middle (44), small (3).");
  });

  test("name servers whose tools are not known yet, last", () => {
    const instructions = instructionsFor(["new", "github"], catalogOf({ github: 30 }));
    expect(instructions).toEndWith("github (30), new.");
  });

  test("say nothing of servers that are not in use", () => {
    const instructions = instructionsFor(["github"], catalogOf({ github: 30, removed: 10 }));
    expect(instructions).not.toContain("removed");
  });

  test("keep the order of the config among equals", () => {
    expect(instructionsOf({ b: 1, a: 1, c: 1 })).toEndWith("b (1), a (1), c (1).");
  });

  test("name most of 50 ordinary servers", () => {
    const named = instructionsOf(SETS[0]?.[1] ?? {}).match(/\(\d+\)/g) ?? [];
    expect(named.length).toBeGreaterThan(25);
  });

  test("leave out the smallest when there are too many, and say how many those are", () => {
    const counts = manyServers(500, (at) => `server${at}`);
    const instructions = instructionsOf(counts);
    const named = [...instructions.matchAll(/server\d+ \((\d+)\)/g)].map(([, count]) =>
      Number(count),
    );
    expect(named).toEqual(named.toSorted((a, b) => b - a));
    expect(named[0]).toBe(199);
    expect(instructions).toEndWith(`, and ${500 - named.length} more.`);
  });

  test("make no empty list when there are no servers", () => {
    expect(instructionsOf({})).not.toMatch(/: *\.$/);
  });
});
