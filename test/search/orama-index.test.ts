import { describe, expect, test } from "bun:test";
import { OramaIndex } from "../../src/search/orama-index.ts";
import { DIMENSIONS } from "../../src/search/word-vectors.ts";
import { catalogTool } from "../catalog/examples.ts";
import { buildIndex, lexicon } from "./build-index.ts";
import { distinctWords } from "./words.ts";

const TOOLS = [
  catalogTool("github", "create_issue", {
    description: "Opens a new ticket in a repository. Needs a token.",
    inputSchema: { properties: { labels: { type: "array", description: "Colourful stickers" } } },
  }),
  catalogTool("github", "list_commits", { description: "The history of a branch" }),
  catalogTool("slack", "post_message", { title: "Announce", description: "Writes to a channel" }),
  catalogTool("linear", "createComment", { description: "Answers below a card" }),
  catalogTool("weather", "forecast", { description: "查询今天的天气预报" }),
  catalogTool("odd", "constructor", { description: "Builds" }),
  catalogTool("odd", "toString", { description: "Prints" }),
  catalogTool("odd", "__proto__", { description: "Inherits" }),
  catalogTool("odd", "hasOwnProperty", { inputSchema: { properties: { __proto__: 1 } } }),
  catalogTool("odd", "help"),
];

const index = await buildIndex(TOOLS);
const orama = new OramaIndex(index);
const NO_MEANING = new Float32Array(DIMENSIONS);

/** The tools found by words alone. */
async function find(text: string, limit = 5): Promise<string[]> {
  const words = distinctWords(text, { stem: lexicon.stem, keepsStopWords: true });
  const tools = await orama.search({ words, meaning: NO_MEANING }, limit);
  return tools.map((tool) => index.ids[tool] ?? "");
}

describe("a tool is found by", () => {
  test.each([
    ["its name", "create issue", "github__create_issue"],
    ["its camelCase name", "comment", "linear__createComment"],
    ["its title", "announce", "slack__post_message"],
    ["its server", "slack", "slack__post_message"],
    ["its description", "ticket", "github__create_issue"],
    ["another form of a word", "repositories", "github__create_issue"],
    ["a parameter's name", "label", "github__create_issue"],
    ["verb, object and service", "list commits github", "github__list_commits"],
    ["a part of Chinese text", "天气", "weather__forecast"],
    ["the word constructor", "constructor", "odd__constructor"],
    ["the word toString", "toString", "odd__toString"],
    ["the word __proto__", "__proto__", "odd____proto__"],
    ["the word hasOwnProperty", "hasOwnProperty", "odd__hasOwnProperty"],
    ["a name of one word that is of no weight in prose", "help", "odd__help"],
  ])("%s", async (_, text, name) => {
    expect((await find(text))[0]).toBe(name);
  });

  test("its meaning, where it has no word of the request", async () => {
    const meaning = new Float32Array(DIMENSIONS);
    const row = index.vectors.subarray(2 * DIMENSIONS, 3 * DIMENSIONS);
    for (const [at, number] of row.entries()) meaning[at] = number / 127;
    const [first] = await orama.search({ words: ["zebra"], meaning }, 3);
    expect(index.ids[first ?? -1]).toBe("slack__post_message");
  });
});

describe("nothing is found by", () => {
  test.each(["zebra", "  ", "?!", "mess", "crea", "valueOf", "0"])("%j", async (text) => {
    expect(await find(text)).toEqual([]);
  });
});

test("gives as many as are wanted", async () => {
  expect(await find("odd", 2)).toHaveLength(2);
  expect(await find("odd", 50)).toHaveLength(5);
});

test("a name weighs more than a description", async () => {
  const both = await buildIndex([
    catalogTool("a", "one", { description: "invoice" }),
    catalogTool("a", "invoice", { description: "one" }),
  ]);
  const sought = { words: [lexicon.stem("invoice")], meaning: NO_MEANING };
  expect(await new OramaIndex(both).search(sought, 2)).toEqual([1, 0]);
});

test("an index of no tools finds nothing", async () => {
  const empty = new OramaIndex(await buildIndex([]));
  expect(await empty.search({ words: ["anything"], meaning: NO_MEANING }, 5)).toEqual([]);
});
