import type { Log } from "../platform/log.ts";
import { settleWithin } from "../platform/settle-within.ts";
import { answerHandshake } from "./handshake.ts";
import type { Host } from "./host.ts";
import { memberOf, membersOf, Peer, type IncomingRequest } from "../rpc/peer.ts";
import type { RawJson } from "../rpc/raw-json.ts";
import { openDownstreamStdio, type DownstreamStdio } from "../transport/downstream-stdio.ts";

/** What stands behind the front: everything that takes time to load. */
export interface Backend {
  answer(request: IncomingRequest): Promise<RawJson>;
  /** The host has shaken hands: background work may begin. */
  begin(): void;
  /** Ends every server; resolves when nothing of them is left. */
  stop(): Promise<void>;
}

export interface FrontOptions {
  /** Instructions to answer `initialize` with before the backend is there. */
  readonly instructions: string | undefined;
  readonly loadBackend: (host: Host) => Promise<Backend>;
  readonly log: Log;
}

/** Hosts ask for the tool list right after the handshake; loading the backend lets that pass first. */
const LOAD_DELAY_MS = 20;
/** Hosts end a server by force that has not left some 2 s after they closed its input. */
const DRAIN_MS = 1000;

/** Serves one host on stdin and stdout: the handshake at once, everything else through the backend. */
export class Front {
  /** Resolves when the host has left; rejects when the backend cannot be loaded. */
  readonly closed: Promise<void>;
  readonly #options: FrontOptions;
  readonly #stdio: DownstreamStdio;
  readonly #peer: Peer;
  readonly #loadFailure = Promise.withResolvers<never>();
  #backend: Promise<Backend> | undefined;
  #capabilities: ReadonlyMap<string, RawJson> = new Map();
  #loadTimer: Timer | undefined;

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#stdio = openDownstreamStdio((line) => this.#peer.receive(line));
    this.#peer = new Peer((frame) => this.#stdio.send(frame), {
      onRequest: (request) => this.#answer(request),
      onNotification: (method) => this.#notified(method),
      onGarbage: (fault) => options.log.warn(`host: skipped a line: ${fault}`),
    });
    this.closed = Promise.race([this.#stdio.closed, this.#loadFailure.promise]);
    if (options.instructions === undefined) void this.#load();
  }

  /** Resolves when all requests have their answers, or after a second: hosts do not wait long. */
  drained(): Promise<void> {
    return settleWithin(this.#peer.drained(), DRAIN_MS);
  }

  /** Ends every server, and leaves nothing behind. */
  async stop(): Promise<void> {
    clearTimeout(this.#loadTimer);
    this.#peer.close(new Error("mcpzip is stopping"));
    const backend = await this.#backend?.catch(() => undefined);
    await backend?.stop();
    await this.#stdio.end();
  }

  async #answer(request: IncomingRequest): Promise<RawJson> {
    if (request.method === "initialize")
      this.#capabilities = membersOf(memberOf(request.params, "capabilities"));
    const { instructions } = this.#options;
    const known =
      instructions === undefined ? undefined : answerHandshake(request, () => instructions);
    if (known !== undefined) return known;
    const backend = await this.#load();
    return backend.answer(request);
  }

  #notified(method: string): void {
    if (method !== "notifications/initialized") return;
    const begin = () =>
      this.#load().then(
        (backend) => backend.begin(),
        () => {
          // `closed` tells it.
        },
      );
    this.#loadTimer = setTimeout(begin, LOAD_DELAY_MS);
  }

  #load(): Promise<Backend> {
    this.#backend ??= this.#options.loadBackend({
      capabilities: () => this.#capabilities,
      notify: (method, params) => this.#peer.notify(method, params),
      request: (method, params, options) => this.#peer.request(method, params, options),
    });
    this.#backend.catch(this.#loadFailure.reject);
    return this.#backend;
  }
}
