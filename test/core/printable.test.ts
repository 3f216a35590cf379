import { expect, test } from "bun:test";
import { printable, printableJson } from "../../src/core/printable.ts";

test.each([
  ["a line\nand\tanother", "a line\nand\tanother"],
  ["windows\r\nlines", "windows\nlines"],
  ["over\rwritten", "over\uFFFDwritten"],
  ["\u001b[2Jgone", "\uFFFD[2Jgone"],
  ["\u009b2Jgone", "\uFFFD2Jgone"],
  ["a\u202eb\u2066c", "a\uFFFDb\uFFFDc"],
  ["日本語 🦊 é", "日本語 🦊 é"],
])("%j is shown as %j", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("JSON keeps its meaning, and acts no more", () => {
  const value = { "a\u009b": "\u007f\u202e\u2028 日本語 🦊 \u001b[2J" };
  const json = printableJson(JSON.stringify(value));
  expect(JSON.parse(json)).toEqual(value);
  expect(json).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
});
