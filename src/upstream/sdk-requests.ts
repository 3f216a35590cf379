import type { Client, StandardSchemaV1 } from "@modelcontextprotocol/client";
import { Deadline } from "../rpc/deadline.ts";
import {
  RequestCancelledError,
  RequestTimeoutError,
  type RequestOptions,
} from "../rpc/pending-requests.ts";
import { RawJson } from "../rpc/raw-json.ts";

/** Accepts every result as it is: a proxy does not re-validate what it forwards. */
const ANY_RESULT: StandardSchemaV1<unknown, unknown> = {
  "~standard": { version: 1, vendor: "mcpzip", validate: (value) => ({ value }) },
};

/** The SDK's own timer is never to be the first; this is as long as a timer can be. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * Requests over the SDK's client with deadlines and progress of our own: the client forgets whom progress
 * is for as soon as the result is there, and loses what came right before it.
 */
export class SdkRequests {
  readonly #client: Client;
  readonly #listeners = new Map<string, (params: RawJson) => void>();
  #nextToken = 1;

  constructor(client: Client) {
    this.#client = client;
    client.setNotificationHandler("notifications/progress", ({ params }) => {
      const { progressToken, ...progress } = params;
      this.#listeners.get(String(progressToken))?.(RawJson.of(progress));
    });
  }

  /** Rejects with RequestTimeoutError, RequestCancelledError, or what the client throws. */
  async send(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: RequestOptions,
  ): Promise<RawJson> {
    if (options.signal?.aborted) throw new RequestCancelledError("cancelled");
    const { timeoutMs, maxTotalMs = timeoutMs } = options;
    const giveUp = new AbortController();
    const onExpired = (elapsedMs: number) => giveUp.abort(new RequestTimeoutError(elapsedMs));
    const onAbort = () => giveUp.abort(new RequestCancelledError("cancelled"));
    const deadline = new Deadline({ timeoutMs, maxTotalMs }, onExpired);
    options.signal?.addEventListener("abort", onAbort, { once: true });
    const token = `mcpzip-${this.#nextToken++}`;
    this.#listeners.set(token, (progress) => {
      deadline.extend();
      options.onProgress?.(progress);
    });
    const asked = options.onProgress === undefined ? params : withToken(params, token);
    try {
      const request = { method, params: plain(asked) };
      const limits = { timeout: NEVER_MS, signal: giveUp.signal };
      return RawJson.of(await this.#client.request(request, ANY_RESULT, limits));
    } catch (error) {
      throw giveUp.signal.aborted ? giveUp.signal.reason : error;
    } finally {
      deadline.clear();
      options.signal?.removeEventListener("abort", onAbort);
      this.#listeners.delete(token);
    }
  }
}

function withToken(
  params: Readonly<Record<string, unknown>>,
  progressToken: string,
): Readonly<Record<string, unknown>> {
  const meta: unknown = params._meta instanceof RawJson ? params._meta.parse() : params._meta;
  const known = typeof meta === "object" && meta !== null ? meta : {};
  return { ...params, _meta: { ...known, progressToken } };
}

function plain(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(params)) {
    if (value !== undefined) values[key] = value instanceof RawJson ? value.parse() : value;
  }
  return values;
}
