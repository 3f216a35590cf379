import type { McpzipError } from "../core/error.ts";
import type { JsonSchema } from "../core/tool.ts";
import type { IncomingRequest } from "../rpc/peer.ts";
import type { RequestOptions } from "../rpc/pending-requests.ts";
import type { RawJson } from "../rpc/raw-json.ts";

/** What a server said of itself when the session was opened. */
export interface ServerIdentity {
  readonly protocolVersion: string | undefined;
  readonly title: string | undefined;
  readonly version: string | undefined;
  readonly instructions: string | undefined;
}

/** One initialized MCP session with one upstream server. */
export interface UpstreamSession {
  readonly identity: ServerIdentity;
  /** Rejects with RpcError for the server's own error answers, McpzipError for everything else. */
  request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: UpstreamRequestOptions,
  ): Promise<RawJson>;
  /** Why the session ended, ours included; never rejects. */
  readonly closed: Promise<McpzipError>;
  close(options: { readonly graceMs: number }): Promise<void>;
}

export interface UpstreamRequestOptions extends RequestOptions {
  /** Of the tool that is called: tells which arguments a server wants in headers too (SEP-2243). */
  readonly inputSchema?: JsonSchema | undefined;
}

/** What a server may ask of us. */
export interface HostSide {
  /** The client capabilities to declare, an object. */
  readonly capabilities: RawJson;
  /** Answers a request of the server's; rejects with RpcError. */
  onRequest(request: IncomingRequest): Promise<RawJson>;
}

export interface SessionOptions {
  /** For the whole way to an initialized session. */
  readonly timeoutMs: number;
  /** Gives up an attempt that is still under way; an open session is ended by its close(). */
  readonly signal: AbortSignal;
  /** Whether a call waits for this session, not only background work. */
  readonly isWanted: () => boolean;
  readonly onNotification: (method: string, params: RawJson | undefined) => void;
  /** Without one, no capability is declared and nothing but a ping is answered. */
  readonly host?: HostSide | undefined;
}
