import { expect, test } from "bun:test";
import { compareWithBaseline, type Baseline } from "../../../../scripts/bench/search/baseline.ts";
import type { QualityRow } from "../../../../scripts/bench/search/quality.ts";

const BASELINE: Baseline = { A: { recall1: 0.7, recall5: 0.9, reciprocalRank: 0.8 } };

function row(set: string, figures: Partial<QualityRow["quality"]> = {}): QualityRow {
  const same = { recall1: 0.7, recall5: 0.9, recall10: 1, reciprocalRank: 0.8, ndcg10: 0.9 };
  return { set, queries: 100, engine: "ours", quality: { ...same, ...figures } };
}

test("says nothing when nothing has changed", () => {
  expect(compareWithBaseline([row("A")], BASELINE)).toEqual({ losses: [], gains: [] });
});

test.each([
  ["recall@1", { recall1: 0.689 }],
  ["recall@5", { recall5: 0.88 }],
  ["MRR", { reciprocalRank: 0.5 }],
])("names a set whose %s fell by more than a point, and how to renew", (metric, figures) => {
  const { losses, gains } = compareWithBaseline([row("A", figures)], BASELINE);
  expect(losses).toHaveLength(1);
  expect(losses[0]).toStartWith(`A: ${metric} was 0.`);
  expect(losses[0]).toEndWith("bun scripts/bench/search/run.ts --write-baseline");
  expect(gains).toEqual([]);
});

test("lets a set fall by a point", () => {
  const { losses } = compareWithBaseline([row("A", { recall5: 0.89 })], BASELINE);
  expect(losses).toEqual([]);
});

test("proposes to keep a gain of more than two points", () => {
  const { losses, gains } = compareWithBaseline(
    [row("A", { recall1: 0.721, recall5: 0.92 })],
    BASELINE,
  );
  expect(losses).toEqual([]);
  expect(gains).toHaveLength(1);
  expect(gains[0]).toStartWith("A: recall@1 was 0.7, is 0.721; keep it:");
});

test("names a set that only one side has", () => {
  const { losses } = compareWithBaseline([row("B")], BASELINE);
  expect(losses).toHaveLength(4);
  expect(losses[0]).toStartWith("B: recall@1 is not in the baseline");
  expect(losses[3]).toStartWith("A: is in the baseline and was not measured");
});
