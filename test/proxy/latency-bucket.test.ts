import { expect, test } from "bun:test";
import { latencyBucket, latencyQuantile } from "../../src/proxy/latency-bucket.ts";

function countsOf(durations: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const ms of durations) {
    const bucket = latencyBucket(ms);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return counts;
}

test("tells quantiles within a fifth", () => {
  const durations = Array.from({ length: 1000 }, (_, at) => at + 1);
  const counts = countsOf(durations);
  for (const share of [0.05, 0.5, 0.95, 1]) {
    const told = latencyQuantile(counts, share) ?? 0;
    expect(told / (share * 1000)).toBeWithin(0.8, 1.2);
  }
});

test("knows no quantile of nothing, and the one of a single call", () => {
  expect(latencyQuantile(new Map(), 0.5)).toBeUndefined();
  expect(latencyQuantile(countsOf([300]), 0.95)).toBeWithin(240, 360);
});

test.each([0, -1, 0.001, 1e12, Infinity])("%d ms fall into a bucket at the ends", (ms) => {
  expect(latencyBucket(ms)).toBeWithin(-4, 45);
});
