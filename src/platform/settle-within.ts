/** Resolves when `work` has settled, however it ended, or after `ms`, whichever comes first. */
export async function settleWithin(work: Promise<unknown>, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await Promise.race([Promise.allSettled([work]), late]);
  } finally {
    clearTimeout(timer);
  }
}
