import type { SdkError } from "@modelcontextprotocol/client";
import type { ServerConfig } from "../config/config.ts";
import type { McpzipError } from "../core/error.ts";
import { RpcError } from "../rpc/message.ts";
import { RequestCancelledError } from "../rpc/pending-requests.ts";
import {
  failure,
  httpStatusFailure,
  SessionLostError,
  timeoutFailure,
  toServerFailure,
  unreachable,
} from "./failure.ts";

/**
 * Translates what the SDK's client threw, by class and code, never by message. With a `sessionId`, a
 * 404 or 400 means that the server has forgotten the session (MCP transports, session management).
 */
export async function toSdkFailure(
  server: ServerConfig,
  thrown: unknown,
  sessionId?: string,
): Promise<McpzipError | RpcError> {
  const sdk = await import("@modelcontextprotocol/client");
  if (thrown instanceof sdk.ProtocolError) {
    return new RpcError(thrown.code, thrown.message, thrown.data);
  }
  if (thrown instanceof sdk.SdkHttpError) {
    const isForgotten = sessionId !== undefined && [400, 404].includes(thrown.status);
    return isForgotten
      ? new SessionLostError(server, thrown)
      : httpStatusFailure(server, thrown.status, thrown);
  }
  if (thrown instanceof sdk.SseError) return sseFailure(server, thrown.code, thrown);
  if (thrown instanceof sdk.SdkError) return sdkCodeFailure(server, thrown);
  return localFailure(server, thrown);
}

function sseFailure(server: ServerConfig, status: number | undefined, cause: Error): McpzipError {
  return status === undefined
    ? unreachable(server, cause)
    : httpStatusFailure(server, status, cause);
}

function sdkCodeFailure(server: ServerConfig, error: SdkError): McpzipError | RpcError {
  switch (error.code) {
    case "REQUEST_TIMEOUT":
      return timeoutFailure(server, error);
    case "CONNECTION_CLOSED":
    case "NOT_CONNECTED":
    case "SEND_FAILED":
      return failure(server, {
        code: "SERVER_CLOSED",
        message: `server "${server.name}" closed the connection`,
        cause: error,
      });
    case "CLIENT_HTTP_UNEXPECTED_CONTENT":
      return failure(server, {
        code: "SERVER_PROTOCOL",
        message: `server "${server.name}" answered with something that is not MCP`,
        why: error.message,
        fix: `check "url" of "${server.name}": it looks like a web page or another API`,
        cause: error,
      });
    default:
      return toServerFailure(server, error);
  }
}

function localFailure(server: ServerConfig, thrown: unknown): McpzipError | RpcError {
  if (thrown instanceof DOMException && thrown.name === "AbortError") {
    return toServerFailure(server, new RequestCancelledError("cancelled", { cause: thrown }));
  }
  return isNetworkError(thrown) ? unreachable(server, thrown) : toServerFailure(server, thrown);
}

/** Bun's fetch rejects with an Error that carries a code such as ConnectionRefused. */
function isNetworkError(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string";
}
