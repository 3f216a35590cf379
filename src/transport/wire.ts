import type { McpzipError } from "../core/error.ts";

/** A two-way stream of JSON-RPC lines to one upstream server. */
export interface Wire {
  /** Begins to read; call once, when the receiver is ready. */
  start(onLine: (line: Buffer) => void): void;
  send(frame: readonly Buffer[]): void;
  /** Why the wire ended, ours included; never rejects. */
  readonly closed: Promise<McpzipError>;
  /** Resolves when nothing of the server is left. `graceMs`: how long each step waits for it to go by itself. */
  close(options: { readonly graceMs: number }): Promise<void>;
}
