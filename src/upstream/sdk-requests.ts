import type { Client, RequestOptions, StandardSchemaV1 } from "@modelcontextprotocol/client";
import type { ServerConfig } from "../config/config.ts";
import { isStateless } from "../core/protocol-version.ts";
import { Deadline } from "../rpc/deadline.ts";
import { RequestCancelledError, RequestTimeoutError } from "../rpc/pending-requests.ts";
import { RawJson } from "../rpc/raw-json.ts";
import { sendInRounds } from "./input-rounds.ts";
import { paramHeaders } from "./param-headers.ts";
import type { HostSide, UpstreamRequestOptions } from "./session.ts";
import { wholeResult } from "./whole-results.ts";

/** Accepts every result as it is: a proxy does not re-validate what it forwards. */
const ANY_RESULT: StandardSchemaV1<unknown, unknown> = {
  "~standard": {
    version: 1,
    vendor: "mcpzip",
    validate: (value) => ({ value: wholeResult(value) }),
  },
};

/** The SDK's own timer is never to be the first; this is as long as a timer can be. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * Requests over the SDK's client with deadlines and progress of our own: the client forgets whom progress
 * is for as soon as the result is there, and loses what came right before it.
 */
export class SdkRequests {
  readonly #client: Client;
  readonly #server: ServerConfig;
  readonly #onRequest: HostSide["onRequest"];
  readonly #listeners = new Map<string, (params: RawJson) => void>();
  readonly #deadlines = new Set<Deadline>();
  #nextToken = 1;

  /** `onRequest` gets what the server asks for, in whatever way. */
  constructor(
    client: Client,
    options: { readonly server: ServerConfig; readonly onRequest: HostSide["onRequest"] },
  ) {
    this.#client = client;
    this.#server = options.server;
    this.#onRequest = (request) => this.#held(() => options.onRequest(request));
    client.fallbackRequestHandler = async ({ method, params }, { mcpReq: { signal } }) => {
      const request = { method, params: params && RawJson.of(params), signal };
      const answer = (await this.#onRequest(request)).parse();
      // as: a result is an object, and if it is not, that is the server's to say.
      return answer as Record<string, unknown>;
    };
    client.setNotificationHandler("notifications/progress", ({ params }) => {
      const { progressToken, ...progress } = params;
      this.#listeners.get(String(progressToken))?.(RawJson.of(progress));
    });
  }

  /** Rejects with RequestTimeoutError, RequestCancelledError, or what the client throws. */
  async send(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: UpstreamRequestOptions,
  ): Promise<RawJson> {
    if (options.signal?.aborted) throw new RequestCancelledError("cancelled");
    const { timeoutMs, maxTotalMs = timeoutMs } = options;
    const giveUp = new AbortController();
    const onExpired = (elapsedMs: number) => giveUp.abort(new RequestTimeoutError(elapsedMs));
    const onAbort = () => giveUp.abort(new RequestCancelledError("cancelled"));
    const deadline = new Deadline({ timeoutMs, maxTotalMs }, onExpired);
    this.#deadlines.add(deadline);
    options.signal?.addEventListener("abort", onAbort, { once: true });
    const token = `mcpzip-${this.#nextToken++}`;
    this.#listeners.set(token, (progress) => {
      deadline.extend();
      options.onProgress?.(progress);
    });
    const asked = options.onProgress === undefined ? params : withToken(params, token);
    try {
      const request = { method, params: plain(asked) };
      return RawJson.of(await this.#ask(request, { ...options, signal: giveUp.signal }));
    } catch (error) {
      throw giveUp.signal.aborted ? giveUp.signal.reason : error;
    } finally {
      deadline.clear();
      this.#deadlines.delete(deadline);
      options.signal?.removeEventListener("abort", onAbort);
      this.#listeners.delete(token);
    }
  }

  #ask(
    { method, params }: { readonly method: string; readonly params: Record<string, unknown> },
    { signal, inputSchema }: UpstreamRequestOptions & { readonly signal: AbortSignal },
  ): Promise<unknown> {
    const limits: RequestOptions = { timeout: NEVER_MS, signal };
    const send = (sent: Record<string, unknown>, more: RequestOptions = limits) =>
      this.#client.request({ method, params: sent }, ANY_RESULT, more);
    if (!isStateless(this.#client.getNegotiatedProtocolVersion())) return send(params);
    const headers = paramHeaders(inputSchema, params.arguments);
    return sendInRounds(params, {
      server: this.#server,
      onRequest: this.#onRequest,
      signal,
      send: (sent) => send({ ...sent }, { ...limits, headers, allowInputRequired: true }),
    });
  }

  /** While the server waits for the host, its own calls have no time-out but the cap. */
  async #held<T>(act: () => Promise<T>): Promise<T> {
    const releases = [...this.#deadlines].map((deadline) => deadline.hold());
    try {
      return await act();
    } finally {
      for (const release of releases) release();
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
