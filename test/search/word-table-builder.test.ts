import { expect, test } from "bun:test";
import { WordTableBuilder } from "../../src/search/word-table-builder.ts";
import type { WordTable } from "../../src/search/word-table.ts";

/** The tools that have the word, in the field at this place. */
function toolsWith(table: WordTable, word: string, field: number): number[] {
  return [...(table.fields[field]?.find(word) ?? [])];
}

test("finds the tools that have a word, by field, rising from 1", () => {
  const builder = new WordTableBuilder();
  builder.add("a", [["list"], ["git"], [], ["list", "file"], []]);
  builder.add("b", [["file"], ["git"], [], ["list"], []]);
  const table = builder.build();
  expect(table.ids).toEqual(["a", "b"]);
  expect(toolsWith(table, "list", 0)).toEqual([1]);
  expect(toolsWith(table, "file", 0)).toEqual([2]);
  expect(toolsWith(table, "git", 0)).toEqual([]);
  expect(toolsWith(table, "git", 1)).toEqual([1, 2]);
  expect(toolsWith(table, "list", 3)).toEqual([1, 2]);
  expect(toolsWith(table, "fil", 3)).toEqual([]);
});

test("knows how many words each tool has in a field", () => {
  const builder = new WordTableBuilder();
  builder.add("a", [["x", "y"], [], [], [], []]);
  builder.add("b", [[], [], [], [], ["x", "y", "z"]]);
  const { fields } = builder.build();
  expect(fields.map(({ lengths }) => [...lengths])).toEqual([
    [0, 2, 0],
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 3],
  ]);
});

test("a table of nothing finds nothing", () => {
  const table = new WordTableBuilder().build();
  expect(table.fields).toHaveLength(5);
  expect(toolsWith(table, "a", 0)).toEqual([]);
});

test("words that every object has are words like any other", () => {
  const words = ["constructor", "__proto__", "toString", "hasOwnProperty", "length", "0", ""];
  const builder = new WordTableBuilder();
  expect(words.map((word) => toolsWith(builder.build(), word, 0))).toEqual(words.map(() => []));
  builder.add("a", [words, [], [], [], []]);
  const table = builder.build();
  for (const word of words) expect(toolsWith(table, word, 0)).toEqual([1]);
  expect(toolsWith(table, "valueOf", 0)).toEqual([]);
});
