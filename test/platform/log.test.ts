import { describe, expect, test } from "bun:test";
import { createLog, type LogLevel } from "../../src/platform/log.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

function record(minimum: LogLevel) {
  const lines: string[] = [];
  return { lines, log: createLog(minimum, (line) => lines.push(line)) };
}

function said(message: string): string {
  const { lines, log } = record("debug");
  log.info(message);
  return lines.join("");
}

describe("a line", () => {
  test("says who, when and how bad", () => {
    const { lines, log } = record("debug");
    for (const level of LEVELS) log[level](`a ${level}`);
    const times = lines.map((line) => /^mcpzip (\d\d:\d\d:\d\d) /.exec(line)?.[1]);
    expect(times).not.toContain(undefined);
    expect(lines.map((line) => line.slice("mcpzip 00:00:00 ".length))).toEqual(
      LEVELS.map((level) => `${level} a ${level}`),
    );
  });

  test.each([
    ["debug", 4],
    ["info", 3],
    ["warn", 2],
    ["error", 1],
  ] as const)("below %s is not written", (minimum, count) => {
    const { lines, log } = record(minimum);
    for (const level of LEVELS) log[level]("x");
    expect(lines).toHaveLength(count);
  });
});

describe("words from outside", () => {
  test("cannot look like a line of ours", () => {
    const lines = said("first\nmcpzip 12:00:00 error forged").split("\n");
    expect(lines[1]).toBe("    mcpzip 12:00:00 error forged");
  });

  test.each([
    ["a carriage return", "\r"],
    ["an escape sequence", "\u001b[2J"],
    ["a bell", "\u0007"],
    ["a backspace", "\b"],
    ["a null", "\u0000"],
    ["delete", "\u007f"],
    ["a C1 control", "\u009b31m"],
  ])("cannot hold %s", (_, text) => {
    // eslint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(said(`a${text}b`).trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  test("keep their letters, tabs and emoji", () => {
    expect(said("é漢😀\tx")).toContain("é漢😀\tx");
  });
});
