import { beforeAll, describe, expect, test } from "bun:test";
import { compareWithBaseline, loadBaseline } from "../../scripts/bench/search/baseline.ts";
import { COMMITTED_DATA, loadSets } from "../../scripts/bench/search/data.ts";
import {
  measureQuality,
  withExactNames,
  type QualityRow,
} from "../../scripts/bench/search/quality.ts";

/** Two thousand searches take some seconds; a busy machine takes its time for them. */
const PATIENCE_MS = 120_000;

describe("the search, on requests that models and people made", () => {
  let measured: readonly QualityRow[] = [];
  beforeAll(async () => {
    measured = await measureQuality(withExactNames(await loadSets(COMMITTED_DATA)), "ours");
  }, PATIENCE_MS);

  test("finds as much as it did; renew: bun scripts/bench/search/run.ts --write-baseline", async () => {
    const { losses, gains } = compareWithBaseline(measured, await loadBaseline());
    for (const gain of gains) console.log(gain);
    expect(losses).toEqual([]);
  });

  test("puts a tool first that is asked for by its name", () => {
    const named = measured.filter(({ set }) => set.endsWith("-names"));
    expect(named.map(({ set }) => set)).toEqual(["A-names", "B-names"]);
    for (const { quality } of named) expect(quality.recall1).toBe(1);
  });
});
