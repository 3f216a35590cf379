import type { McpzipError } from "../core/error.ts";
import type { OAuthSettings } from "../core/oauth-settings.ts";

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

interface RemoteServer extends ServerBase {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: OAuth is off for this server. */
  readonly oauth: OAuthSettings | undefined;
}

export interface HttpServer extends RemoteServer {
  readonly type: "http";
}

export interface SseServer extends RemoteServer {
  readonly type: "sse";
}

/** One entry of `mcpServers`, checked and with its variables expanded. */
export type ServerConfig = StdioServer | HttpServer | SseServer;

/** A model behind the Gemini API. */
export interface RerankSettings {
  readonly baseUrl: URL;
  readonly apiKey: string;
  readonly model: string;
}

/** A model that turns texts into vectors; its address is https or on this machine. */
export interface EmbeddingsSettings {
  readonly provider: "openai" | "gemini";
  readonly baseUrl: URL;
  readonly model: string;
  readonly apiKey: string | undefined;
  /** Undefined: as many as the model gives. */
  readonly dimensions: number | undefined;
}

/** The whole configuration, ready for use. */
export interface Config {
  /** Absolute path of the file it came from. */
  readonly path: string;
  readonly servers: ReadonlyMap<string, ServerConfig>;
  /** Servers that cannot be used as they are written, each with the error that says why. */
  readonly faults: ReadonlyMap<string, McpzipError>;
  readonly geminiApiKey: string | undefined;
  readonly search: {
    readonly model: string | undefined;
    readonly defaultLimit: number;
    /** Undefined: no model ranks the hits. */
    readonly rerank: RerankSettings | undefined;
    /** Undefined: the built-in vectors are all there is. */
    readonly embeddings: EmbeddingsSettings | undefined;
  };
  readonly idleTimeoutMs: number;
  readonly callTimeoutMs: number;
  /** 0: every start refreshes every server. */
  readonly catalogTtlMs: number;
  /** Where the tokens of remote servers are kept. */
  readonly tokenStorage: "file" | "keychain";
  /** Whether the call log is kept. */
  readonly countsCalls: boolean;
}
