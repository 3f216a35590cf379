import { errorMessage } from "../../core/error.ts";
import type { Log } from "../../platform/log.ts";
import { EndpointError } from "./endpoint.ts";

/** What a refusal of our key or of our request is worth: somebody has to change something first. */
const LONG_REST_FACTOR = 10;
const MAX_REST_FACTOR = 15;
const FAILURES_BEFORE_REST = 3;

export interface HealthOptions {
  readonly log: Log;
  /** What is asked for, and what holds without it, as the log says them. */
  readonly subject: string;
  readonly otherwise: string;
  /** The first rest; each further one is twice as long, up to 15 times this. */
  readonly restMs?: number;
  readonly now?: () => number;
}

/**
 * Leaves an endpoint alone for a while when it keeps failing, so that no search waits for it in vain.
 * Says so once, and again only after it has worked in between.
 */
export class EndpointHealth {
  readonly #options: HealthOptions;
  readonly #restMs: number;
  readonly #now: () => number;
  #failures = 0;
  #rests = 0;
  #restsUntil = -Infinity;
  #hasWarned = false;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#restMs = options.restMs ?? 60_000;
    this.#now = options.now ?? (() => performance.now());
  }

  isResting(): boolean {
    return this.#now() < this.#restsUntil;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#rests = 0;
    this.#hasWarned = false;
  }

  /** After three in a row, or one that no repetition mends, the endpoint is left alone. */
  failed(thrown: unknown): void {
    this.#failures += 1;
    const isTemporary = thrown instanceof EndpointError && thrown.isTemporary;
    if (isTemporary && this.#failures < FAILURES_BEFORE_REST) return;
    this.rest(thrown);
  }

  /** Leaves the endpoint alone from now on, at least as long as it asks for. */
  rest(thrown: unknown): void {
    const isEndpoint = thrown instanceof EndpointError;
    const wish = isEndpoint ? (thrown.retryAfterMs ?? 0) : 0;
    const most = this.#restMs * MAX_REST_FACTOR;
    const own = isEndpoint && thrown.isTemporary ? 2 ** this.#rests : LONG_REST_FACTOR;
    this.#restsUntil = this.#now() + Math.min(Math.max(this.#restMs * own, wish), most);
    this.#rests += 1;
    this.#failures = 0;
    this.#warn(thrown);
  }

  #warn(thrown: unknown): void {
    const { log, subject, otherwise } = this.#options;
    const message = `search: ${subject}: ${errorMessage(thrown)}; ${otherwise}`;
    if (this.#hasWarned) log.debug(message);
    else log.warn(message);
    this.#hasWarned = true;
  }
}
