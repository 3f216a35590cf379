import { describe, expect, test } from "bun:test";
import { OramaIndex } from "../../src/search/orama-index.ts";
import { catalogTool } from "../catalog/examples.ts";

const TOOLS = [
  catalogTool("github", "create_issue", {
    description: "Opens a new ticket in a repository. Needs a token.",
    inputSchema: {
      properties: {
        labels: { type: "array", description: "Colourful stickers" },
        state: { enum: ["draft", "ready"] },
      },
    },
  }),
  catalogTool("github", "list_commits", { description: "The history of a branch" }),
  catalogTool("slack", "post_message", { title: "Announce", description: "Writes to a channel" }),
  catalogTool("linear", "createComment", { description: "Answers below a card" }),
  catalogTool("weather", "forecast", { description: "查询今天的天气预报" }),
  catalogTool("odd", "constructor", { description: "Builds" }),
  catalogTool("odd", "toString", { description: "Prints" }),
  catalogTool("odd", "__proto__", { description: "Inherits" }),
  catalogTool("odd", "hasOwnProperty", { inputSchema: { properties: { __proto__: 1 } } }),
  catalogTool("odd", "broken_schema", { inputSchema: { properties: { a: null, b: "x", c: [] } } }),
  catalogTool("odd", "help"),
];

const QUERIES = [
  "create issue github",
  "history",
  "channel",
  "sticker",
  "天气",
  "constructor",
  "odd",
];

const index = await OramaIndex.build(TOOLS);

describe("a tool is found by", () => {
  test.each([
    ["its name", "create issue", "github__create_issue"],
    ["its camelCase name", "comment", "linear__createComment"],
    ["its whole qualified name", "slack__post_message", "slack__post_message"],
    ["its title", "announce", "slack__post_message"],
    ["its server", "slack", "slack__post_message"],
    ["its description", "ticket", "github__create_issue"],
    ["another form of a word", "repositories", "github__create_issue"],
    ["a parameter's name", "label", "github__create_issue"],
    ["a parameter's description", "colourful stickers", "github__create_issue"],
    ["a value of an enum", "draft", "github__create_issue"],
    ["verb, object and service", "list commits github", "github__list_commits"],
    ["words among words of no weight", "how do I see the history", "github__list_commits"],
    ["a part of Chinese text", "天气", "weather__forecast"],
    ["the word constructor", "constructor", "odd__constructor"],
    ["the word toString", "toString", "odd__toString"],
    ["the word __proto__", "__proto__", "odd____proto__"],
    ["the word hasOwnProperty", "hasOwnProperty", "odd__hasOwnProperty"],
    ["a name of one word that is of no weight in prose", "help", "odd__help"],
  ])("%s", async (_, query, name) => {
    expect((await index.search(query, 5))[0]).toBe(name);
  });
});

describe("nothing is found by", () => {
  test.each(["zebra", "  ", "?!", "mess", "crea", "valueOf"])("%j", async (query) => {
    expect(await index.search(query, 5)).toEqual([]);
  });
});

test("gives as many as are wanted", async () => {
  expect(await index.search("odd", 2)).toHaveLength(2);
  expect(await index.search("odd", 50)).toHaveLength(6);
});

test("a name weighs more than a description", async () => {
  const both = await OramaIndex.build([
    catalogTool("a", "one", { description: "invoice" }),
    catalogTool("a", "invoice", { description: "one" }),
  ]);
  expect(await both.search("invoice", 2)).toEqual(["a__invoice", "a__one"]);
});

test("an index of no tools finds nothing", async () => {
  const empty = await OramaIndex.build([]);
  expect(empty.size).toBe(0);
  expect(await empty.search("anything", 5)).toEqual([]);
});

test("many tools are all indexed, other work going on meanwhile", async () => {
  const tools = Array.from({ length: 200 }, (_, at) => catalogTool("many", `tool_${at}`));
  let turns = 0;
  let isBuilt = false;
  const takeTurn = () => {
    turns++;
    if (!isBuilt) setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  const many = await OramaIndex.build(tools);
  isBuilt = true;
  expect(turns).toBeGreaterThan(3);
  expect(many.size).toBe(200);
  expect(await many.search("tool_137", 1)).toEqual(["many__tool_137"]);
});

describe("a saved index", () => {
  const saved: unknown = JSON.parse(JSON.stringify(index.save()));

  test("finds the same in the same order", async () => {
    const restored = OramaIndex.restore(saved as ReturnType<typeof index.save>);
    expect(restored.size).toBe(TOOLS.length);
    for (const query of QUERIES) {
      expect(await restored.search(query, 20)).toEqual(await index.search(query, 20));
      expect(await restored.search(query, 20)).not.toEqual([]);
    }
  });

  test.each<[unknown]>([[null], [{}], [[]], ["text"], [{ index: {} }]])(
    "that is %j is refused",
    (rubbish) => {
      expect(() => OramaIndex.restore(rubbish as ReturnType<typeof index.save>)).toThrow();
    },
  );
});
