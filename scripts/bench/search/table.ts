import { align } from "../table.ts";
import { ENGINE_NAMES, ENGINE_TITLES, type EngineName } from "./engine.ts";
import type { Quality } from "./metrics.ts";
import { macroMean, type QualityRow } from "./quality.ts";
import type { SpeedRow } from "./speed.ts";

/** Sets one below the other, and in each the engines. */
export function formatQuality(rows: readonly QualityRow[]): string {
  const lines: (readonly string[])[] = [["", "", "R@1", "R@5", "R@10", "MRR", "nDCG"]];
  for (const [set, own] of Map.groupBy(rows, (row) => row.set)) {
    for (const [at, { engine, queries, quality }] of own.entries()) {
      const title = at === 0 ? `${set} (${queries})` : "";
      lines.push([title, ENGINE_TITLES[engine], ...shares(quality)]);
    }
  }
  const means = [...Map.groupBy(rows, ({ engine }) => engine)].map(
    ([engine, own]) => [engine, macroMean(own)] as const,
  );
  for (const [at, [engine, { quality }]] of means.entries()) {
    lines.push([at === 0 ? "macro mean *" : "", ENGINE_TITLES[engine], ...shares(quality)]);
  }
  const [, mean] = means[0] ?? [];
  return [
    "quality: the share of what was asked for that is among the first 1, 5, 10 hits",
    ...aligned(lines),
    `  * over ${mean?.sets.join(", ")}, each of the same weight`,
    "  names: every tool asked for by the words of its name, and by its server and these",
  ].join("\n");
}

function shares({ recall1, recall5, recall10, reciprocalRank, ndcg10 }: Quality): string[] {
  return [recall1, recall5, recall10, reciprocalRank, ndcg10].map((share) => share.toFixed(3));
}

interface Metric {
  readonly title: string;
  readonly unit: "ms" | "MB";
  readonly of: (row: SpeedRow) => number | undefined;
  /** The most that ours should be at `AIM_SIZE` tools; printed, never asserted. */
  readonly aim?: number;
}

const AIM_SIZE = 3000;

const METRICS: readonly Metric[] = [
  { title: "index, made", unit: "ms", of: ({ built }) => built.index, aim: 300 },
  { title: "index, from the disk", unit: "ms", of: ({ restored }) => restored?.index },
  { title: "first search, index made", unit: "ms", of: ({ built }) => built.first },
  {
    title: "first search, from the disk",
    unit: "ms",
    of: ({ restored }) => restored && restored.index + restored.first,
  },
  { title: "search, p50", unit: "ms", of: ({ built }) => built.p50 },
  { title: "search, p95", unit: "ms", of: ({ built }) => built.p95, aim: 10 },
  { title: "memory, index made", unit: "MB", of: ({ built }) => built.growth, aim: 60 },
  { title: "memory, from the disk", unit: "MB", of: ({ restored }) => restored?.growth },
];

/** Sizes one below the other, and for each the engines side by side. */
export function formatSpeed(rows: readonly SpeedRow[]): string {
  const others = ENGINE_NAMES.filter((name) => name !== "ours");
  const heading = [
    ...["ours", ...others].map((name) => ENGINE_TITLES[name as EngineName]),
    ...others.map((name) => `ours : ${name}`),
    "aim",
    "",
  ];
  const lines = [...Map.groupBy(rows, ({ tools }) => tools)].flatMap(([tools, own]) => [
    [`${tools.toLocaleString("en")} tools`, ...heading],
    ...METRICS.map((metric) => speedLine(metric, own, tools)),
    [],
  ]);
  return [
    "speed: medians of fresh processes that take turns; memory: what a process has grown by, code and all",
    ...aligned(lines.slice(0, -1)),
  ].join("\n");
}

function speedLine(
  { title, unit, of, aim }: Metric,
  rows: readonly SpeedRow[],
  tools: number,
): string[] {
  const valueOf = (name: EngineName) => {
    const row = rows.find(({ engine }) => engine === name);
    return row && of(row);
  };
  const others = ENGINE_NAMES.filter((name) => name !== "ours");
  const ours = valueOf("ours");
  const hasAim = aim !== undefined && tools === AIM_SIZE && ours !== undefined;
  return [
    title,
    ...[ours, ...others.map(valueOf)].map((value) =>
      value === undefined ? "-" : `${value.toFixed(value >= 100 ? 0 : 2)} ${unit}`,
    ),
    ...others.map((name) => ratio(ours, valueOf(name))),
    hasAim ? `≤ ${aim} ${unit}` : "",
    hasAim ? (ours <= aim ? "met" : "missed") : "",
  ];
}

function ratio(value: number | undefined, base: number | undefined): string {
  return value === undefined || base === undefined ? "-" : `${(value / base).toFixed(2)}×`;
}

function aligned(lines: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...lines.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines.map((line) => align(line, widths));
}
