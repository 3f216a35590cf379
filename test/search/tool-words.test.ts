import { describe, expect, test } from "bun:test";
import type { CatalogTool } from "../../src/core/tool.ts";
import { createStem } from "../../src/search/stem.ts";
import { FIELDS, readTool, type Field } from "../../src/search/tool-words.ts";
import { Vocabulary } from "../../src/search/vocabulary.ts";
import { catalogTool } from "../catalog/examples.ts";
import { GeneratedCatalog, REALISTIC_TOOLS } from "./catalogs.ts";
import { fieldWords } from "./words.ts";

const stem = createStem();

const REPEATED = catalogTool("github", "gitHub_github_GITHUB", {
  title: "GitHub",
  description: "Issues, issue. An issue of issues: issuing the issued 天天天天",
  inputSchema: { properties: { issue: { description: "The issue", enum: ["issue", "Issues"] } } },
});

function wordsOf(tool: CatalogTool, field: Field) {
  return fieldWords(tool, { stem })[FIELDS.indexOf(field)];
}

function traitsOf(tool: CatalogTool) {
  return readTool(tool, { vocabulary: new Vocabulary(stem) }).traits;
}

/** The index takes a word's frequency to be 1 / the field's length, which holds for distinct words only. */
test("the words of a field are distinct, however often a text says them", () => {
  const catalog = new GeneratedCatalog(3);
  for (const tool of [REPEATED, ...REALISTIC_TOOLS, ...catalog.tools(200)]) {
    for (const words of fieldWords(tool, { stem })) expect(words).toEqual([...new Set(words)]);
  }
  expect(wordsOf(REPEATED, "parameters")).toEqual(["issu"]);
});

test("no word holds what separates words in the index", () => {
  const hostile = catalogTool("s", "a\nb", {
    title: "c\nd\u2028e f",
    description: "g\n\nh\ti",
    inputSchema: { properties: { "j\nk": { description: "l\nm", enum: ["n\no", 7, null] } } },
  });
  const fields = fieldWords(hostile, { stem, serverTitle: "p\nq" });
  for (const word of fields.flat()) expect(word).toMatch(/^\S+$/);
});

test("the words of a tool stand in the order of the fields", () => {
  const tool = catalogTool("github", "list_help", {
    title: "Commits",
    description: "Shows commits. And branches.",
    inputSchema: {
      properties: { page: { description: "Which page", enum: ["first", "last"] } },
    },
  });
  expect(fieldWords(tool, { stem, serverTitle: "Octocat" })).toEqual([
    ["list", "help", "commit"],
    ["github", "octocat"],
    ["show", "commit"],
    ["show", "commit", "branch"],
    ["page"],
    ["page", "first", "last"],
  ]);
});

test("parameters of parameters are read, and those of a list's items; no deeper ones", () => {
  const deepest = { type: "object", properties: { deepest: {} } };
  const tool = catalogTool("s", "t", {
    inputSchema: {
      properties: {
        address: { properties: { street: { ...deepest, description: "Avenue" } } },
        lines: { items: { properties: { price: { enum: ["cheap"] } } } },
      },
    },
  });
  expect(wordsOf(tool, "parameters")?.toSorted()).toEqual(
    ["address", "street", "lines", "price"].map(stem).toSorted(),
  );
  expect(wordsOf(tool, "parameterTexts")?.toSorted()).toEqual([stem("avenue"), "cheap"]);
});

describe("what a tool does", () => {
  test.each([
    ["import_issues", "Reads issues from a file"],
    ["export", "Writes all issues to a file"],
    ["sync", "Lists and repairs"],
  ])("is not taken for reading because %s says %j", (name, description) => {
    const tool = catalogTool("s", name, { description });
    expect(traitsOf(tool).isReadOnly).toBeFalse();
  });

  test.each([
    ["create_issue", "", "create"],
    ["listIssues", "", "list"],
    ["slack_post_message", "", "send"],
    ["issue-delete", "", "delete"],
    ["issues", "Returns all issues", "list"],
    ["issues", "", undefined],
    ["constructor", "", undefined],
  ] as const)("%s (%s) is %p", (name, description, action) => {
    expect(traitsOf(catalogTool("s", name, { description })).action).toBe(action);
  });

  test.each([
    ["get_x", undefined, true],
    ["search_x", undefined, true],
    ["create_x", undefined, false],
    ["x", undefined, false],
    ["get_x", { readOnlyHint: false }, false],
    ["delete_x", { readOnlyHint: true }, true],
    ["get_x", { readOnlyHint: "no" }, true],
    ["get_x", { destructiveHint: true }, false],
    ["get_x", { readOnlyHint: true, destructiveHint: true }, true],
    ["get_x", { destructiveHint: false }, true],
  ])("%s with %p reads only: %p", (name, annotations, isReadOnly) => {
    const tool = catalogTool("s", name, { annotations });
    expect(traitsOf(tool).isReadOnly).toBe(isReadOnly);
  });
});
