import { Deadline } from "./deadline.ts";
import type { RpcError } from "./message.ts";
import type { RawJson } from "./raw-json.ts";

export interface RequestOptions {
  readonly timeoutMs: number;
  /** Progress notifications push the timeout back, up to this; the timeout itself when not given. */
  readonly maxTotalMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Asks for progress; gets the notification's params. */
  readonly onProgress?: ((params: RawJson) => void) | undefined;
}

export class RequestTimeoutError extends Error {
  override readonly name = "RequestTimeoutError";
  constructor(elapsedMs: number) {
    super(`no answer within ${(elapsedMs / 1000).toFixed(1)} s`);
  }
}

export class RequestCancelledError extends Error {
  override readonly name = "RequestCancelledError";
}

export type Outcome = { readonly result: RawJson } | { readonly error: RpcError };

interface Pending {
  settle(outcome: Outcome): void;
  fail(error: Error): void;
  progress(params: RawJson): void;
  /** Stops the time-out until the function that this returns is called. */
  hold(): () => void;
}

/** Most servers never answer what was cancelled: so many are remembered, the latest ones. */
const MAX_GIVEN_UP = 1000;

/** The requests that we have sent and that wait for their answers. */
export class PendingRequests {
  readonly #pending = new Map<number, Pending>();
  readonly #givenUp = new Set<number>();
  readonly #onGivenUp: (id: number, reason: Error) => void;

  /** `onGivenUp` is told of requests that timed out or were cancelled, so that the other side can be. */
  constructor(onGivenUp: (id: number, reason: Error) => void) {
    this.#onGivenUp = onGivenUp;
  }

  /** Waits for the answer to `id`, for as long as `options` allow. */
  wait(id: number, options: RequestOptions): Promise<RawJson> {
    const { promise, resolve, reject } = Promise.withResolvers<RawJson>();
    const { timeoutMs, maxTotalMs = timeoutMs, signal, onProgress } = options;
    const finish = () => {
      deadline.clear();
      signal?.removeEventListener("abort", onAbort);
      this.#pending.delete(id);
    };
    const giveUp = (error: Error) => {
      finish();
      this.#rememberGivenUp(id);
      this.#onGivenUp(id, error);
      reject(error);
    };
    const onAbort = () => giveUp(new RequestCancelledError("cancelled"));
    const onExpired = (elapsedMs: number) => giveUp(new RequestTimeoutError(elapsedMs));
    const deadline = new Deadline({ timeoutMs, maxTotalMs }, onExpired);
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#pending.set(id, {
      settle: (outcome) => {
        finish();
        if ("result" in outcome) resolve(outcome.result);
        else reject(outcome.error);
      },
      fail: (error) => {
        finish();
        reject(error);
      },
      progress: (params) => {
        deadline.extend();
        onProgress?.(params);
      },
      hold: () => deadline.hold(),
    });
    return promise;
  }

  /**
   * Whether that answer was asked for: one to a request that was given up comes late, and is no fault.
   * `id` is JSON text; some servers answer the id 7 as "7".
   */
  settle(id: string, outcome: Outcome): boolean {
    const pending = this.#pending.get(numberIn(id));
    pending?.settle(outcome);
    return pending !== undefined || this.#givenUp.delete(numberIn(id));
  }

  progress(token: string, params: RawJson): void {
    this.#pending.get(numberIn(token))?.progress(params);
  }

  /** Stops the time-outs of all that wait now, until the function that this returns is called. */
  holdAll(): () => void {
    const releases = [...this.#pending.values()].map((pending) => pending.hold());
    return () => {
      for (const release of releases) release();
    };
  }

  failAll(reason: Error): void {
    for (const pending of this.#pending.values()) pending.fail(reason);
  }

  #rememberGivenUp(id: number): void {
    this.#givenUp.add(id);
    const [oldest] = this.#givenUp;
    if (this.#givenUp.size > MAX_GIVEN_UP && oldest !== undefined) this.#givenUp.delete(oldest);
  }
}

function numberIn(id: string): number {
  return Number(id.startsWith('"') ? id.slice(1, -1) : id);
}
