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
import { PendingRequests, RequestCancelledError, type RequestOptions } from "./pending-requests.ts";
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

const NO_MEMBERS: ReadonlyMap<string, RawJson> = new Map();

type Reply = (frame: readonly Buffer[]) => void;

const OPEN_BRACKET = 0x5b;
const BATCH_OPEN = Buffer.from("[");
const BATCH_CLOSE = Buffer.from("]");
const COMMA = Buffer.from(",");

/** One side of a JSON-RPC connection: correlates answers, times out, cancels, reports progress. */
export class Peer {
  readonly #send: (frame: readonly Buffer[]) => void;
  readonly #handlers: PeerHandlers;
  readonly #pending: PendingRequests;
  readonly #serving = new Map<string, AbortController>();
  #nextId = 1;
  readonly #drainWaiters: (() => void)[] = [];
  #closed: Error | undefined;

  constructor(send: (frame: readonly Buffer[]) => void, handlers: PeerHandlers) {
    this.#send = send;
    this.#handlers = handlers;
    this.#pending = new PendingRequests((requestId, { message: reason }) =>
      this.notify("notifications/cancelled", RawJson.of({ requestId, reason })),
    );
  }

  /** Takes one line from the wire: a message, or a batch of them (JSON-RPC 2.0 section 6, MCP 2025-03-26). */
  receive(line: Buffer): void {
    if (this.#closed !== undefined) return;
    if (line[0] === OPEN_BRACKET) void this.#receiveBatch(line);
    else this.#accept(line, (frame) => this.#send(frame));
  }

  /** The answers to a batch leave together, when the last one is there. */
  async #receiveBatch(line: Buffer): Promise<void> {
    const items = this.#parse(line, () => new RawJson(line).items()) ?? [];
    const frames: Buffer[] = [];
    await Promise.all(
      items.map(({ bytes }) =>
        this.#accept(bytes, (frame) =>
          frames.push(frames.length === 0 ? BATCH_OPEN : COMMA, ...frame),
        ),
      ),
    );
    if (frames.length > 0) this.#send([...frames, BATCH_CLOSE]);
  }

  /** Resolves when a request has been answered, at once for everything else. */
  #accept(line: Buffer, reply: Reply): Promise<void> | undefined {
    const message = this.#parse(line, () => parseMessage(line));
    switch (message?.kind) {
      case undefined:
        return undefined;
      case "request":
        return this.#serve(message, reply);
      case "notification":
        return this.#notified(message.method, message.params);
      case "result":
      case "error":
        return this.#answered(message, line);
      default:
        return message satisfies never;
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
    const answer = this.#pending.wait(id, options);
    this.#send(encodeRequest(id, method, asked === undefined ? undefined : RawJson.object(asked)));
    return answer;
  }

  notify(method: string, params?: RawJson): void {
    if (this.#closed === undefined) this.#send(encodeNotification(method, params));
  }

  /** Stops the time-outs of our requests under way, until the function that this returns is called. */
  hold(): () => void {
    return this.#pending.holdAll();
  }

  /** Resolves when no request of the other side is waiting for its answer. */
  drained(): Promise<void> {
    if (this.#serving.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drainWaiters.push(resolve);
    return promise;
  }

  /** Ends every wait: our requests reject with `reason`, what we were serving is aborted. */
  close(reason: Error): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#pending.failAll(reason);
    for (const serving of this.#serving.values()) serving.abort(reason);
  }

  #parse<T>(line: Buffer, parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      this.#handlers.onGarbage(error instanceof Error ? error.message : String(error), line);
      return undefined;
    }
  }

  #answered(message: Message & { kind: "result" | "error" }, line: Buffer): undefined {
    if (this.#pending.settle(message.id, message)) return;
    this.#handlers.onGarbage("an answer to no request of ours", line);
  }

  async #serve({ id, method, params }: Message & { kind: "request" }, reply: Reply): Promise<void> {
    const controller = new AbortController();
    this.#serving.set(id, controller);
    try {
      const result = await this.#handlers.onRequest({ method, params, signal: controller.signal });
      if (!controller.signal.aborted) reply(encodeResult(id, result));
    } catch (error) {
      if (!controller.signal.aborted) reply(encodeError(id, toRpcError(error)));
    } finally {
      this.#serving.delete(id);
      if (this.#serving.size === 0) for (const resolve of this.#drainWaiters.splice(0)) resolve();
    }
  }

  #notified(method: string, params: RawJson | undefined): undefined {
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
    if (params !== undefined && token !== undefined) this.#pending.progress(token, params);
  }
}

function withProgressToken(
  params: Readonly<Record<string, unknown>> | undefined,
  token: number,
): Readonly<Record<string, unknown>> {
  const meta = params?._meta;
  const known = meta instanceof RawJson ? Object.fromEntries(membersOf(meta)) : {};
  return { ...params, _meta: RawJson.object({ ...known, progressToken: token }) };
}

/** A member of an object from outside; anything that is no object has none. */
export function memberOf(json: RawJson | undefined, name: string): RawJson | undefined {
  return membersOf(json).get(name);
}

/** The members of an object from outside; anything that is no object has none. */
export function membersOf(json: RawJson | undefined): ReadonlyMap<string, RawJson> {
  try {
    return json?.members() ?? NO_MEMBERS;
  } catch {
    // Not an object: it is asked for its members and has none.
    return NO_MEMBERS;
  }
}

function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  return new RpcError(RPC_ERROR.internal, error instanceof Error ? error.message : String(error));
}
