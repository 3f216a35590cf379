import { expect, test } from "bun:test";
import { FIELDS, queryWords, toolWords } from "../../src/search/tool-words.ts";
import { catalogTool } from "../catalog/examples.ts";
import { GeneratedCatalog, REALISTIC_TOOLS } from "./catalogs.ts";
import { stem } from "./plain-orama.ts";

const REPEATED = catalogTool("github", "gitHub_github_GITHUB", {
  title: "GitHub",
  description: "Issues, issue. An issue of issues: issuing the issued 天天天天",
  inputSchema: { properties: { issue: { description: "The issue", enum: ["issue", "Issues"] } } },
});

/** The index takes a word's frequency to be 1 / the field's length, which holds for distinct words only. */
test("the words of a field are distinct, however often a text says them", () => {
  const catalog = new GeneratedCatalog(3);
  for (const tool of [REPEATED, ...REALISTIC_TOOLS, ...catalog.tools(200)]) {
    for (const words of toolWords(tool, stem)) expect(words).toEqual([...new Set(words)]);
  }
  expect(toolWords(REPEATED, stem)[FIELDS.indexOf("parameters")]).toEqual(["issu"]);
});

test("the words of a query are distinct", () => {
  for (const query of ["issue issues ISSUE", "to To TO", ...new GeneratedCatalog(4).queries(200)]) {
    expect(queryWords(query, stem)).toEqual([...new Set(queryWords(query, stem))]);
  }
});

test("the words of a tool stand in the order of the fields", () => {
  const tool = catalogTool("github", "list_help", {
    description: "Shows commits. And branches.",
    inputSchema: { properties: { page: {} } },
  });
  expect(toolWords(tool, stem)).toEqual([
    ["list", "help"],
    ["github"],
    ["show", "commit"],
    ["show", "commit", "branch"],
    ["page"],
  ]);
});

test("a query of nothing but stop words is meant as it stands", () => {
  expect(queryWords("help", stem)).toEqual(["help"]);
  expect(queryWords("help me commit", stem)).toEqual(["commit"]);
});
