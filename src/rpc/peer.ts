import { Deadline } from "./deadline.ts";
import {
  encodeError,
  encodeNotification,
  encodeRequest,
  encodeResult,
  parseMessage,
  RPC_ERROR,
  RpcError,
  type Message,
} from "./message.ts";
import { RawJson } from "./raw-json.ts";

export interface IncomingRequest {
  readonly method: string;
  readonly params: RawJson | undefined;
  /** Aborted when the other side cancels the request or the connection closes. */
  readonly signal: AbortSignal;
}

export interface PeerHandlers {
  /** Rejections become error responses: an RpcError as it is, anything else as -32603. */
  onRequest(request: IncomingRequest): Promise<RawJson>;
  onNotification(method: string, params: RawJson | undefined): void;
  /** A line that is no message: its fault, for the log. Never the line itself, which may hold secrets. */
  onGarbage(fault: string, line: Buffer): void;
}

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
  readonly elapsedMs: number;
  constructor(elapsedMs: number) {
    super(`no answer within ${(elapsedMs / 1000).toFixed(1)} s`);
    this.elapsedMs = elapsedMs;
  }
}

export class RequestCancelledError extends Error {
  override readonly name = "RequestCancelledError";
}

interface Pending {
  settle(outcome: Message & { kind: "result" | "error" }): void;
  fail(error: Error): void;
  progress(params: RawJson): void;
}

/** One side of a JSON-RPC connection: correlates answers, times out, cancels, reports progress. */
export class Peer {
  readonly #send: (frame: readonly Buffer[]) => void;
  readonly #handlers: PeerHandlers;
  readonly #pending = new Map<number, Pending>();
  readonly #serving = new Map<string, AbortController>();
  #nextId = 1;
  #onDrained: (() => void) | undefined;
  #closed: Error | undefined;

  constructor(send: (frame: readonly Buffer[]) => void, handlers: PeerHandlers) {
    this.#send = send;
    this.#handlers = handlers;
  }

  /** Takes one line from the wire. */
  receive(line: Buffer): void {
    const message = this.#parse(line);
    if (message === undefined) return;
    switch (message.kind) {
      case "request":
        void this.#serve(message);
        return;
      case "notification":
        this.#notified(message.method, message.params);
        return;
      case "result":
      case "error":
        this.#answered(message, line);
        return;
      default:
        message satisfies never;
    }
  }

  /** Rejects with RpcError, RequestTimeoutError, RequestCancelledError, or the reason given to close. */
  request(
    method: string,
    params: Readonly<Record<string, unknown>> | undefined,
    options: RequestOptions,
  ): Promise<RawJson> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (options.signal?.aborted) return Promise.reject(new RequestCancelledError("cancelled"));
    const id = this.#nextId++;
    const asked = options.onProgress === undefined ? params : withProgressToken(params, id);
    const answer = this.#await(id, options);
    this.#send(encodeRequest(id, method, asked === undefined ? undefined : RawJson.object(asked)));
    return answer;
  }

  notify(method: string, params?: RawJson): void {
    if (this.#closed === undefined) this.#send(encodeNotification(method, params));
  }

  /** Resolves when no request of the other side is waiting for its answer. */
  drained(): Promise<void> {
    if (this.#serving.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onDrained = resolve;
    return promise;
  }

  /** Ends every wait: our requests reject with `reason`, what we were serving is aborted. */
  close(reason: Error): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const pending of this.#pending.values()) pending.fail(reason);
    for (const serving of this.#serving.values()) serving.abort(reason);
  }

  #parse(line: Buffer): Message | undefined {
    try {
      return parseMessage(line);
    } catch (error) {
      this.#handlers.onGarbage(error instanceof Error ? error.message : String(error), line);
      return undefined;
    }
  }

  #await(id: number, options: RequestOptions): Promise<RawJson> {
    const { promise, resolve, reject } = Promise.withResolvers<RawJson>();
    const { timeoutMs, maxTotalMs = timeoutMs, signal, onProgress } = options;
    const finish = () => {
      deadline.clear();
      signal?.removeEventListener("abort", onAbort);
      this.#pending.delete(id);
    };
    const giveUp = (error: Error) => {
      finish();
      this.notify("notifications/cancelled", RawJson.of({ requestId: id, reason: error.message }));
      reject(error);
    };
    const onAbort = () => giveUp(new RequestCancelledError("cancelled"));
    const deadline = new Deadline({ timeoutMs, maxTotalMs }, (ms) =>
      giveUp(new RequestTimeoutError(ms)),
    );
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#pending.set(id, {
      settle: (outcome) => {
        finish();
        if (outcome.kind === "result") resolve(outcome.result);
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

  #answered(message: Message & { kind: "result" | "error" }, line: Buffer): void {
    const pending = this.#pending.get(Number(unquoted(message.id)));
    if (pending === undefined) this.#handlers.onGarbage("an answer to no request of ours", line);
    else pending.settle(message);
  }

  async #serve({ id, method, params }: Message & { kind: "request" }): Promise<void> {
    const controller = new AbortController();
    this.#serving.set(id, controller);
    try {
      const result = await this.#handlers.onRequest({ method, params, signal: controller.signal });
      if (!controller.signal.aborted) this.#send(encodeResult(id, result));
    } catch (error) {
      if (!controller.signal.aborted) this.#send(encodeError(id, toRpcError(error)));
    } finally {
      this.#serving.delete(id);
      if (this.#serving.size === 0) this.#onDrained?.();
    }
  }

  #notified(method: string, params: RawJson | undefined): void {
    if (method === "notifications/cancelled") this.#cancelled(params);
    else if (method === "notifications/progress") this.#progressed(params);
    else this.#handlers.onNotification(method, params);
  }

  #cancelled(params: RawJson | undefined): void {
    const id = memberOf(params, "requestId")?.text();
    if (id !== undefined) this.#serving.get(id)?.abort(new RequestCancelledError("cancelled"));
  }

  #progressed(params: RawJson | undefined): void {
    const token = memberOf(params, "progressToken")?.text();
    if (params !== undefined && token !== undefined) {
      this.#pending.get(Number(unquoted(token)))?.progress(params);
    }
  }
}

function withProgressToken(
  params: Readonly<Record<string, unknown>> | undefined,
  token: number,
): Readonly<Record<string, unknown>> {
  const meta = params?._meta;
  const known = meta instanceof RawJson ? Object.fromEntries(meta.members()) : {};
  return { ...params, _meta: RawJson.object({ ...known, progressToken: token }) };
}

/** A member of an object from outside; anything that is no object has none. */
export function memberOf(json: RawJson | undefined, name: string): RawJson | undefined {
  try {
    return json?.members().get(name);
  } catch {
    // Not an object: the caller asks for a member and there is none.
    return undefined;
  }
}

/** Some servers answer the id 7 as "7". */
function unquoted(id: string): string {
  return id.startsWith('"') ? id.slice(1, -1) : id;
}

function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  return new RpcError(RPC_ERROR.internal, error instanceof Error ? error.message : String(error));
}
