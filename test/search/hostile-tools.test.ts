import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { catalogTool } from "../catalog/examples.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { buildIndex, buildRanking, idsOf, rank } from "./build-index.ts";
import { REALISTIC_TOOLS } from "./catalogs.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** Far above what it takes, so that a busy machine passes, and far below what a runaway would take. */
const SOON_MS = 5000;

const MEGABYTE = 1_000_000;
const LETTERS = "bcdfghjklmnpqrtv";

/** A text of ever new words. */
function newWords(length: number): string {
  const words: string[] = [];
  for (let at = 0, size = 0; size < length; at++) {
    const word = [...((at * 2_654_435_761) >>> 0).toString(16)]
      .map((digit) => LETTERS[Number.parseInt(digit, 16)])
      .join("");
    words.push(word);
    size += word.length + 1;
  }
  return words.join(" ").slice(0, length);
}

const BORN_NAMES = [
  "constructor",
  "__proto__",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "prototype",
  "length",
  "then",
  "toJSON",
];

describe("names that objects have by birth", () => {
  test("are found like others, as tools, servers, words and parameters", async () => {
    const tools = BORN_NAMES.flatMap((name) => [
      catalogTool("born", name, { description: `All about ${name}` }),
      catalogTool(name.replaceAll("_", "x"), "other", {
        inputSchema: { properties: JSON.parse(`{"${name}":{"description":"${name}"}}`) },
      }),
    ]);
    const ranking = await buildRanking([...REALISTIC_TOOLS, ...tools]);
    for (const name of BORN_NAMES) {
      expect((await idsOf(ranking, `born ${name}`))[0]).toBe(`born__${name}`);
      expect(await idsOf(ranking, `server:${name} x`)).toEqual([]);
    }
  });
});

describe("a tool of an odd shape", () => {
  test.each<[string, Record<string, unknown>]>([
    ["no schema", {}],
    ["a schema that is true", { inputSchema: true }],
    ["properties that are a list", { inputSchema: { properties: ["a"] } }],
    [
      "parameters that are no schemas",
      { inputSchema: { properties: { a: null, b: 7, c: [], d: true } } },
    ],
    [
      "an enum of anything",
      { inputSchema: { properties: { a: { enum: [null, {}, [], 7, "x"] } } } },
    ],
    ["texts of other types", { title: 7, description: ["x"], annotations: "none" }],
    ["a description of nothing", { description: "" }],
    ["a description of lines", { description: "\n\r\n\u2028 \u0000\u001b[2J apple\n\n# apple\n" }],
    ["halves of letters", { description: "\ud83d apple \ude00" }],
    ["a deep schema", { inputSchema: deep(2000) }],
  ])("(%s) is found by its name, and breaks nothing", async (_, fields) => {
    const ranking = await buildRanking([
      catalogTool("odd", "peel_apple", fields),
      ...REALISTIC_TOOLS,
    ]);
    expect((await idsOf(ranking, "peel apple"))[0]).toBe("odd__peel_apple");
    expect((await idsOf(ranking, "create issue github"))[0]).toBe("github__create_issue");
  });

  test("with a number that JavaScript would change is found", async () => {
    const tool = { ...catalogTool("odd", "peel_apple"), json: '{"name":"peel_apple","x":1e999}' };
    expect((await idsOf(await buildRanking([tool]), "apple"))[0]).toBe("odd__peel_apple");
  });
});

function deep(levels: number): Record<string, unknown> {
  let schema: Record<string, unknown> = { type: "string" };
  for (let level = 0; level < levels; level++) schema = { properties: { level: schema } };
  return schema;
}

describe("a megabyte of text in a tool costs little time and little room", () => {
  test.each<[string, string]>([
    ["new words", newWords(MEGABYTE)],
    ["one word", "a".repeat(MEGABYTE)],
    ["mixed case", "aB".repeat(MEGABYTE / 2)],
    ["lines", "\n".repeat(MEGABYTE)],
    ["spaces", `${" ".repeat(MEGABYTE)}x`],
    ["headings", "# a\n".repeat(MEGABYTE / 4)],
    ["abbreviations", "e.g. ".repeat(MEGABYTE / 5)],
    ["contractions", "a's ".repeat(MEGABYTE / 4)],
    ["accents", "é".repeat(MEGABYTE)],
    ["ideographs", "天地玄黄宇宙洪荒".repeat(MEGABYTE / 8)],
    ["digits", "1a".repeat(MEGABYTE / 2)],
  ])("%s", async (_, description) => {
    const tools = [
      catalogTool("big", "peel_apple", { description }),
      catalogTool("big", "peel_pear", { title: description }),
      catalogTool("big", "peel_plum", {
        inputSchema: { properties: { [description]: { description } } },
      }),
    ];
    const start = performance.now();
    const index = await buildIndex(tools);
    expect(performance.now() - start).toBeLessThan(SOON_MS);
    expect([...index.words()].length).toBeLessThan(30_000);
    expect((await idsOf(await buildRanking(tools), "peel apple"))[0]).toBe("big__peel_apple");
  });

  test("thousands of parameters too", async () => {
    const names = newWords(MEGABYTE).split(" ");
    const properties = Object.fromEntries(names.map((name) => [name, {}]));
    const index = await buildIndex([
      catalogTool("big", "peel_apple", { inputSchema: { properties } }),
    ]);
    expect([...index.words()].length).toBeLessThan(30_000);
  });
});

describe("a query of 10,000 characters is soon answered", () => {
  test.each([
    ["new words", newWords(10_000)],
    ["words of no tool, each misspelt", newWords(10_000).replaceAll(/\b./g, "x")],
    ["one word", "a".repeat(10_000)],
    ["mixed case", "aB".repeat(5000)],
    ["clauses", "create an issue and ".repeat(500)],
    ["paths", "/a".repeat(5000)],
    ["slashes", "/".repeat(10_000)],
    ["filters", "server:github ".repeat(715)],
    ["quotes", 'server:"'.repeat(1250)],
    ["spaces", " ".repeat(10_000)],
    ["punctuation", "!".repeat(10_000)],
    ["ideographs", "天地玄黄宇宙洪荒".repeat(1250)],
    ["digits", "1a".repeat(5000)],
    ["addresses", "http://".repeat(1400)],
  ])("%s", async (_, typed) => {
    const ranking = await buildRanking(REALISTIC_TOOLS);
    await rank(ranking, "warm up");
    const start = performance.now();
    await rank(ranking, typed);
    expect(performance.now() - start).toBeLessThan(SOON_MS / 5);
  });

  test("and is understood by its beginning", async () => {
    const ranking = await buildRanking(REALISTIC_TOOLS);
    const typed = `create issue github ${"lorem ipsum dolor ".repeat(550)}`;
    expect(await idsOf(ranking, typed)).toContain("github__create_issue");
  });
});
