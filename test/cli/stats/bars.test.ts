import { expect, test } from "bun:test";
import { barChart } from "../../../src/cli/stats/bars.ts";

const plain = (text: string) => text;
const BARS = [
  { label: "github", value: 20_000, note: "51 tools", colour: plain },
  { label: "a-server-with-a-very-long-name", value: 5000, note: "1 tool", colour: plain },
  { label: "mcpzip", value: 1, note: "3 tools", colour: plain },
];

test("draws aligned bars with numbers and notes", () => {
  expect(barChart(BARS, 60)).toEqual([
    "github                    ████████████████  20,000  51 tools",
    "a-server-with-a-very-lo…  ████               5,000  1 tool",
    "mcpzip                    ▏                      1  3 tools",
  ]);
});

test("fits every width: notes go first, then bars", () => {
  for (const width of [200, 80, 60, 46, 40, 34]) {
    for (const line of barChart(BARS, width)) expect(line.length).toBeLessThanOrEqual(width);
  }
  expect(barChart(BARS, 46)[0]).toBe("github                    ████████████  20,000");
  expect(barChart(BARS, 20)[0]).toBe("github                    20,000");
});

test("draws nothing for nothing", () => {
  expect(barChart([], 80)).toEqual([]);
  const bar = { label: "a", value: 0, note: "0 tools", colour: plain };
  expect(barChart([bar], 40)[0]).not.toContain("█");
});
