import { describe, expect, test } from "bun:test";
import { createFrame } from "../../src/config/code-frame.ts";

describe("a code frame", () => {
  test("has no line before the first and none after the last", () => {
    expect(createFrame('{"type": 1}', 9)).toBe('> 1 | {"type": 1}\n    |          ^');
  });

  test("drops Windows line ends and lines up its numbers", () => {
    const text = `${"\r\n".repeat(8)}{\r\n"type": 1}`;
    expect(createFrame(text, text.indexOf("1"))).toBe(
      ["   9 | {", '> 10 | "type": 1}', "     |         ^"].join("\n"),
    );
  });

  test("puts the caret under the place, past tabs, wide letters and masks", () => {
    const text = '\t{"日本": {"env": {"A": "long secret"}}, "type": 1}';
    expect(createFrame(text, text.indexOf("1}"))).toBe(
      `> 1 | \t{"日本": {"env": {"A": "…"}}, "type": 1}\n    | \t${" ".repeat(38)}^`,
    );
  });

  test("shows of a very long line the part round the caret", () => {
    const text = `{${'"type": 1, '.repeat(100)}"disabled": 5, ${'"type": 1, '.repeat(100)}}`;
    const [line = "", caret = ""] = createFrame(text, text.indexOf("5,")).split("\n");
    expect(line.length).toBeLessThan(110);
    expect(line.slice(caret.indexOf("^") - '"disabled": '.length)).toStartWith('"disabled": 5,');
  });

  test("prints no control characters", () => {
    expect(createFrame("{\u001b[31m}", 1)).not.toContain("\u001b");
  });
});
