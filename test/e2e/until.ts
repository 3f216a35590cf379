const LOOK_EVERY_MS = 10;
/** Generous: the machine may be busy with other things. */
const DEADLINE_MS = 20_000;

/** Waits for what tells nobody that it happens, and gives the first value that is not false or undefined. */
export async function until<T>(
  what: string,
  look: () => T | false | undefined | Promise<T | false | undefined>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`not so after ${deadlineMs} ms: ${what}`);
    await Bun.sleep(LOOK_EVERY_MS);
  }
}

/** Gives up on a promise that may never settle. */
export async function within<T>(what: string, work: Promise<T>, ms = DEADLINE_MS): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not so after ${ms} ms: ${what}`)), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
