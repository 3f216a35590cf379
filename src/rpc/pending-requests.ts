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
}

/** The requests that we have sent and that wait for their answers. */
export class PendingRequests {
  readonly #pending = new Map<number, Pending>();
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
    });
    return promise;
  }

  /** Whether anybody waited for that answer. `id` is JSON text; some servers answer the id 7 as "7". */
  settle(id: string, outcome: Outcome): boolean {
    const pending = this.#pending.get(numberIn(id));
    pending?.settle(outcome);
    return pending !== undefined;
  }

  progress(token: string, params: RawJson): void {
    this.#pending.get(numberIn(token))?.progress(params);
  }

  failAll(reason: Error): void {
    for (const pending of this.#pending.values()) pending.fail(reason);
  }
}

function numberIn(id: string): number {
  return Number(id.startsWith('"') ? id.slice(1, -1) : id);
}
