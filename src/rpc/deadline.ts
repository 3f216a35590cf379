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
  #timer: Timer | undefined;

  constructor(options: DeadlineOptions, onExpired: (elapsedMs: number) => void) {
    this.#options = options;
    this.#onExpired = onExpired;
    this.extend();
  }

  extend(): void {
    clearTimeout(this.#timer);
    const elapsed = performance.now() - this.#startedAt;
    const left = Math.max(0, Math.min(this.#options.timeoutMs, this.#options.maxTotalMs - elapsed));
    this.#timer = setTimeout(() => this.#onExpired(performance.now() - this.#startedAt), left);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
