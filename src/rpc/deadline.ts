export interface DeadlineOptions {
  /** Milliseconds without a sign of life. */
  readonly timeoutMs: number;
  /** Milliseconds in all, however often it is extended. */
  readonly maxTotalMs: number;
}

/** A timer that signs of life push back, up to a cap. */
export class Deadline {
  readonly #options: DeadlineOptions;
  readonly #onExpired: (elapsedMs: number) => void;
  readonly #startedAt = performance.now();
  #dueAt = 0;
  #timer: Timer | undefined;

  constructor(options: DeadlineOptions, onExpired: (elapsedMs: number) => void) {
    this.#options = options;
    this.#onExpired = onExpired;
    this.extend();
  }

  extend(): void {
    const now = performance.now();
    const { timeoutMs, maxTotalMs } = this.#options;
    const dueAt = Math.min(now + timeoutMs, this.#startedAt + maxTotalMs);
    // At the cap there is nothing to push back: a flood of signs must not keep the timer from firing.
    if (dueAt === this.#dueAt) return;
    this.#dueAt = dueAt;
    clearTimeout(this.#timer);
    const expire = () => this.#onExpired(performance.now() - this.#startedAt);
    this.#timer = setTimeout(expire, Math.max(0, dueAt - now));
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
