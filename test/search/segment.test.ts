import { describe, expect, test } from "bun:test";
import { buildSegment } from "../../src/search/segment-builder.ts";
import {
  createSegment,
  hashOf,
  type Segment,
  type SegmentParts,
} from "../../src/search/segment.ts";
import { ToolIndex } from "../../src/search/tool-index.ts";
import { FIELDS } from "../../src/search/tool-words.ts";
import { catalogTool } from "../catalog/examples.ts";
import { buildIndex, lexicon } from "./build-index.ts";
import { GeneratedCatalog, REALISTIC_TOOLS } from "./catalogs.ts";
import { fieldWords } from "./words.ts";

const NAME = FIELDS.indexOf("name");

function build(names: readonly string[], server = "s"): Promise<Segment> {
  return buildSegment(
    names.map((name) => catalogTool(server, name)),
    { lexicon },
  );
}

/** The names of the tools that have a word in their name. */
function findInNames(segment: Segment, word: string): string[] {
  const place = segment.placeOf(word, hashOf(word));
  const tools = place < 0 ? [] : [...(segment.fields[NAME]?.matches(place) ?? [])];
  return tools.map((tool) => segment.ids[tool] ?? "");
}

describe.each([
  ["realistic", REALISTIC_TOOLS],
  ["generated", new GeneratedCatalog(11).tools(150)],
])("a segment of %s tools", (_, tools) => {
  test("has every word of every field of every tool, and no other", async () => {
    const segment = await buildSegment(tools, { lexicon });
    const fields = tools.map((tool) => fieldWords(tool, { stem: lexicon.stem }));
    for (const [at, field] of segment.fields.entries()) {
      expect([...field.lengths]).toEqual(fields.map((words) => words[at]?.length ?? 0));
      for (const word of segment.wordList()) {
        const place = segment.placeOf(word, hashOf(word));
        const expected = fields.flatMap((words, tool) => (words[at]?.includes(word) ? tool : []));
        expect([...field.matches(place)]).toEqual(expected);
      }
    }
    const all = new Set(fields.flat(2));
    expect(new Set(segment.wordList())).toEqual(all);
    expect(segment.ids).toEqual(tools.map(({ qualifiedName }) => qualifiedName));
  });

  test("knows the words of names, and in how many tools a word stands", async () => {
    const segment = await buildSegment(tools, { lexicon });
    const fields = tools.map((tool) => fieldWords(tool, { stem: lexicon.stem }));
    for (const [tool, words] of fields.entries()) {
      expect(segment.nameWords(tool)).toEqual(words[NAME] ?? []);
    }
    for (const word of segment.wordList()) {
      const count = fields.filter((words) => words.flat().includes(word)).length;
      expect(segment.frequency(segment.placeOf(word, hashOf(word)))).toBe(count);
    }
  });
});

describe("words whose hashes are equal", () => {
  /** Found by trying. */
  const [one, other] = ["mffjldlj", "kfmbnjgh"];

  test("are told apart", async () => {
    const segment = await build([one, "plain", other]);
    expect(hashOf(one)).toBe(hashOf(other));
    expect(segment.placeOf(one, hashOf(one))).not.toBe(segment.placeOf(other, hashOf(other)));
    expect(findInNames(segment, one)).toEqual([`s__${one}`]);
    expect(findInNames(segment, other)).toEqual([`s__${other}`]);
  });

  test("do not stand for one that the segment has not", async () => {
    const segment = await build([one, other]);
    expect(segment.placeOf("absent", hashOf(one))).toBe(-1);
    expect((await build([one])).placeOf(other, hashOf(other))).toBe(-1);
  });

  test("do not make a tool answer to another's name", async () => {
    const index = await buildIndex([catalogTool("s", one), catalogTool("s", other)]);
    expect(index.named(one).map((tool) => index.ids[tool])).toEqual([`s__${one}`]);
    const alone = await buildIndex([catalogTool("s", one)]);
    expect(alone.named(other)).toEqual([]);
  });
});

describe("several segments as one index", () => {
  const tools = [
    catalogTool("github", "create_issue", { description: "Opens an issue" }),
    catalogTool("github", "list_issues"),
    catalogTool("linear", "createIssue", { annotations: { readOnlyHint: true } }),
  ];

  test("number their tools through", async () => {
    const index = await buildIndex(tools);
    expect(index.ids).toEqual(tools.map(({ qualifiedName }) => qualifiedName));
    expect([...(index.fields[NAME]?.find("issu") ?? [])]).toEqual([0, 1, 2]);
    expect(index.frequency("issu")).toBe(3);
    expect(index.nameWords(2)).toEqual(["creat", "issu", "createissu"]);
    expect([...index.serverWords(2)]).toEqual(["linear"]);
    expect([0, 1, 2].map((tool) => index.isReadOnly(tool))).toEqual([false, true, true]);
  });

  test.each([
    ["create issue", [0, 2]],
    ["CREATE-ISSUE", [0, 2]],
    ["github create issue", [0]],
    ["github__create_issue", [0]],
    ["linear.createIssue", [2]],
    ["issue", []],
    ["", []],
    ["!?", []],
  ])("%j is the name of %j", async (text, named) => {
    expect((await buildIndex(tools)).named(text)).toEqual(named);
  });

  test("tell a brand from a word that others use too", async () => {
    const index = await buildIndex([
      ...tools,
      catalogTool("time", "now"),
      catalogTool("cron", "time_job"),
      catalogTool("cron", "list_time", { description: "time" }),
    ]);
    expect(index.isBrand("github")).toBeTrue();
    expect(index.isBrand("time")).toBeFalse();
    expect(index.isBrand("issu")).toBeFalse();
  });

  test("may be none, or have no tools", async () => {
    for (const segments of [[], [await build([])]]) {
      const index = new ToolIndex(segments);
      expect(index.size).toBe(0);
      expect([...index.words()]).toEqual([]);
      expect(index.has("issu")).toBeFalse();
      expect(index.named("issue")).toEqual([]);
    }
  });
});

describe("parts that do not belong together are refused", () => {
  test.each<[string, (parts: SegmentParts) => Partial<SegmentParts>]>([
    ["numbers missing", ({ numbers }) => ({ numbers: numbers.slice(0, -1) })],
    ["numbers too many", ({ numbers }) => ({ numbers: Uint32Array.from([...numbers, 0]) })],
    ["no numbers", () => ({ numbers: new Uint32Array() })],
    ["a wrong count of words", ({ numbers }) => ({ numbers: numbers.with(0, 7) })],
    ["a huge count of words", ({ numbers }) => ({ numbers: numbers.with(0, 0xffff_ffff) })],
    ["a tool more", ({ ids }) => ({ ids: `${ids}\ns__more` })],
    ["vectors missing", ({ vectors }) => ({ vectors: vectors.slice(0, -1) })],
  ])("%s", async (_, change) => {
    const { parts } = await build(["apple", "pear"]);
    expect(() => createSegment({ ...parts, ...change(parts) })).toThrow();
  });
});

test("messages are answered while many tools are indexed", async () => {
  const tools = new GeneratedCatalog(2).tools(400);
  let turns = 0;
  let isBuilt = false;
  const takeTurn = () => {
    turns++;
    if (!isBuilt) setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  const segment = await buildSegment(tools, { lexicon });
  isBuilt = true;
  expect(segment.ids).toHaveLength(400);
  expect(turns).toBeGreaterThan(8);
});

test("a large tool is a slice of its own", async () => {
  const description = "word ".repeat(5000);
  const tools = Array.from({ length: 6 }, (_, at) => catalogTool("s", `t${at}`, { description }));
  let turns = 0;
  let isBuilt = false;
  const takeTurn = () => {
    turns++;
    if (!isBuilt) setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  await buildSegment(tools, { lexicon });
  isBuilt = true;
  expect(turns).toBeGreaterThanOrEqual(6);
});
