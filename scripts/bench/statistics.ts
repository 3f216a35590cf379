/** The value below which `share` (0 to 1) of the samples lie. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/**
 * Takes every sample once a round, so that a slow minute of the machine slows all of them alike. The
 * first round warms the page cache and is thrown away. Returns the samples by name.
 */
export async function interleave<Name extends string>(
  rounds: number,
  samplers: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  // as: Object.entries and fromEntries forget the keys' type.
  const entries = Object.entries(samplers) as [Name, () => Promise<number>][];
  const samples = Object.fromEntries(entries.map(([name]) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (let round = 0; round <= rounds; round++) {
    for (const [name, sample] of entries) {
      const value = await sample();
      if (round > 0) samples[name].push(value);
    }
  }
  return samples;
}
