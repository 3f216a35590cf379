import type { McpzipError } from "../core/error.ts";

/** Environment variables as a value: only main.ts reads the process's own. */
export type Env = Readonly<Record<string, string | undefined>>;

interface ServerBase {
  readonly name: string;
  readonly isDisabled: boolean;
  /** Undefined: the global one applies. */
  readonly callTimeoutMs: number | undefined;
}

export interface StdioServer extends ServerBase {
  readonly type: "stdio";
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the user's own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
}

export interface HttpServer extends ServerBase {
  readonly type: "http";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SseServer extends ServerBase {
  readonly type: "sse";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** One entry of `mcpServers`, checked and with its variables expanded. */
export type ServerConfig = StdioServer | HttpServer | SseServer;

/** The whole configuration, ready for use. */
export interface Config {
  /** Absolute path of the file it came from. */
  readonly path: string;
  readonly servers: ReadonlyMap<string, ServerConfig>;
  /** Servers that cannot be used as they are written, each with the error that says why. */
  readonly faults: ReadonlyMap<string, McpzipError>;
  readonly geminiApiKey: string | undefined;
  readonly search: { readonly model: string | undefined; readonly defaultLimit: number };
  readonly idleTimeoutMs: number;
  readonly callTimeoutMs: number;
  /** 0: every start refreshes every server. */
  readonly catalogTtlMs: number;
}
