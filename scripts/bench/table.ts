import type { Part } from "./options.ts";
import type { Row, Unit } from "./row.ts";

/** What each part's base is. */
const TITLES: Readonly<Record<Part, string>> = {
  startup: "start-up: from spawn to the answer · base: an empty Bun program, spawn to exit",
  memory: "memory · base: a bare stdio server in Bun",
  calls: "calls: what is added to one of 200 B · base: the direct call · ratio: the whole call",
  large: "large results, third call · base: the direct call",
};

const HEADINGS = ["", "mcpzip", "base", "ratio", "mcp-remote", "aim", ""] as const;

/** The rows as aligned text, part by part. */
export function formatTable(rows: readonly Row[]): string {
  const byPart = Map.groupBy(rows, ({ part }) => part);
  const cells = new Map([...byPart].map(([part, own]) => [part, own.map(toCells)] as const));
  const all = [HEADINGS, ...[...cells.values()].flat()];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...all.map((each) => each[column]?.length ?? 0)),
  );
  const parts = [...cells].map(([part, lines]) =>
    [TITLES[part], ...[HEADINGS, ...lines].map((line) => align(line, widths))].join("\n"),
  );
  return parts.join("\n\n");
}

function toCells({ metric, unit, value, base, ratio, peer, aim }: Row): string[] {
  return [
    metric,
    quantity(value, unit),
    base === undefined ? "" : quantity(base, unit),
    ratio === undefined ? "" : times(ratio),
    peer === undefined ? "" : Number.isNaN(peer) ? "n/a" : quantity(peer, unit),
    aim === undefined ? "" : `≤ ${aim.of === "ratio" ? times(aim.most) : quantity(aim.most, unit)}`,
    aim === undefined ? "" : verdict((aim.of === "ratio" ? ratio : value) ?? Number.NaN, aim.most),
  ];
}

function quantity(value: number, unit: Unit): string {
  return `${value.toFixed(value >= 100 ? 0 : 1)} ${unit}`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

function verdict(value: number, most: number): string {
  return value <= most ? "met" : "missed";
}

/** The first column is text and starts at the left, the others are numbers. */
export function align(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, at) =>
    at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
  );
  return `  ${padded.join("  ")}`.trimEnd();
}
