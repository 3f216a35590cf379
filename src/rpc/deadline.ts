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
  #holds = 0;
  #isOver = false;
  #timer: Timer | undefined;

  constructor(options: DeadlineOptions, onExpired: (elapsedMs: number) => void) {
    this.#options = options;
    this.#onExpired = onExpired;
    this.extend();
  }

  extend(): void {
    if (this.#isOver) return;
    const now = performance.now();
    const { timeoutMs, maxTotalMs } = this.#options;
    const quietUntil = this.#holds > 0 ? Infinity : now + timeoutMs;
    const dueAt = Math.min(quietUntil, this.#startedAt + maxTotalMs);
    // At the cap there is nothing to push back: a flood of signs must not keep the timer from firing.
    if (dueAt === this.#dueAt) return;
    this.#dueAt = dueAt;
    clearTimeout(this.#timer);
    const expire = () => this.#onExpired(performance.now() - this.#startedAt);
    this.#timer = setTimeout(expire, Math.max(0, dueAt - now));
  }

  /** Only the cap counts until the function that this returns is called. */
  hold(): () => void {
    this.#holds++;
    this.extend();
    return () => {
      this.#holds--;
      this.extend();
    };
  }

  clear(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}
