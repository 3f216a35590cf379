/*
 * Latencies are counted in buckets, each √2 times as wide as the one before: small enough to tell half a second
 * from a whole one, and never more than some forty of them.
 */

const BUCKETS_PER_DOUBLING = 2;
/** 0.25 ms and 70 min; what is beyond counts there. */
const MIN_BUCKET = -4;
const MAX_BUCKET = 44;

/** The bucket that a duration falls into. */
export function latencyBucket(ms: number): number {
  const bucket = Math.floor(BUCKETS_PER_DOUBLING * Math.log2(Math.max(ms, 0)));
  return Math.min(Math.max(bucket, MIN_BUCKET), MAX_BUCKET);
}

/**
 * The duration in milliseconds that `share` (0 to 1) of the counted calls did not exceed, as the middle of
 * its bucket: right within a fifth. Undefined when nothing was counted.
 */
export function latencyQuantile(
  counts: ReadonlyMap<number, number>,
  share: number,
): number | undefined {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let left = Math.max(1, Math.ceil(share * total));
  for (const [bucket, count] of [...counts].toSorted(([a], [b]) => a - b)) {
    left -= count;
    if (left <= 0) return 2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING);
  }
  return undefined;
}
