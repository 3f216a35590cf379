import { join } from "node:path";
import { COMMITTED_DATA } from "./data.ts";
import type { QualityRow } from "./quality.ts";

const BASELINE_FILE = join(COMMITTED_DATA, "baseline.json");

const METRICS = { recall1: "recall@1", recall5: "recall@5", reciprocalRank: "MRR" } as const;
type Metric = keyof typeof METRICS;

/** What is kept of each set, by its name; from 0 to 1. */
export type Baseline = Readonly<Record<string, Readonly<Record<Metric, number>>>>;

/** A set may lose this much; a drop above it wants a reason. */
const MOST_LOST = 0.01;
/** What a set must gain before the baseline is worth renewing. */
const WORTH_KEEPING = 0.02;
/** Sums of fractions differ in the last place. */
const NOISE = 1e-4;

const RENEWAL = "bun scripts/bench/search/run.ts --write-baseline";

export interface Comparison {
  /** One sentence for each figure that has fallen too far, and for each set that only one side has. */
  readonly losses: readonly string[];
  /** One sentence for each figure that has risen so far that the baseline no longer guards it. */
  readonly gains: readonly string[];
}

/** Holds what was measured on the committed data against what it was before. */
export function compareWithBaseline(rows: readonly QualityRow[], baseline: Baseline): Comparison {
  const now = toBaseline(rows);
  const changes = Object.entries(now).flatMap(([set, figures]) => {
    const before = baseline[set];
    // as: `figures` has these keys and no others.
    return (Object.entries(figures) as [Metric, number][]).map(([metric, value]) => {
      const old = before?.[metric];
      const was = old === undefined ? "is not in the baseline" : `was ${old}`;
      return {
        change: value - (old ?? Infinity),
        text: `${set}: ${METRICS[metric]} ${was}, is ${value}`,
      };
    });
  });
  const gone = Object.keys(baseline).filter((set) => now[set] === undefined);
  return {
    losses: [
      ...changes.filter(({ change }) => change < -MOST_LOST - NOISE).map(({ text }) => text),
      ...gone.map((set) => `${set}: is in the baseline and was not measured`),
    ].map((text) => `${text}; if that is meant: ${RENEWAL}`),
    gains: changes
      .filter(({ change }) => change > WORTH_KEEPING + NOISE)
      .map(({ text }) => `${text}; keep it: ${RENEWAL}`),
  };
}

/** Nothing when there is none yet. */
export async function loadBaseline(): Promise<Baseline> {
  const file = Bun.file(BASELINE_FILE);
  // as: the file is written by `writeBaseline` only.
  return (await file.exists()) ? ((await file.json()) as Baseline) : {};
}

/** Makes what was measured the new baseline, and returns where it lies. */
export async function writeBaseline(rows: readonly QualityRow[]): Promise<string> {
  await Bun.write(BASELINE_FILE, `${JSON.stringify(toBaseline(rows), undefined, 2)}\n`);
  return BASELINE_FILE;
}

function toBaseline(rows: readonly QualityRow[]): Baseline {
  return Object.fromEntries(
    rows.map(({ set, quality }) => [
      set,
      {
        recall1: rounded(quality.recall1),
        recall5: rounded(quality.recall5),
        reciprocalRank: rounded(quality.reciprocalRank),
      },
    ]),
  );
}

function rounded(share: number): number {
  return Number(share.toFixed(4));
}
