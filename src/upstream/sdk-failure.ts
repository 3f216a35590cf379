import type { SdkError } from "@modelcontextprotocol/client";
import type { ServerConfig } from "../config/config.ts";
import { McpzipError } from "../core/error.ts";
import { RpcError } from "../rpc/message.ts";
import { HttpStatusError } from "../transport/http-status-error.ts";
import { ANSWER_BROKEN_OFF } from "../transport/http.ts";
import {
  failure,
  httpStatusFailure,
  SessionLostError,
  timeoutFailure,
  toServerFailure,
  unreachable,
} from "./failure.ts";

/**
 * Translates what the SDK's client threw, by class and code, never by message. Within a session a 404
 * or 400 means that the server has forgotten it (MCP transports, session management).
 */
export async function toSdkFailure(
  server: ServerConfig,
  thrown: unknown,
  { hasSession }: { readonly hasSession: boolean },
): Promise<McpzipError | RpcError> {
  const own = ownFailure(thrown);
  if (own !== undefined) return own;
  const sdk = await import("@modelcontextprotocol/client");
  if (thrown instanceof sdk.ProtocolError) return answered(server, thrown);
  if (thrown instanceof sdk.SdkHttpError || thrown instanceof HttpStatusError) {
    const isForgotten = hasSession && [400, 404].includes(thrown.status);
    return isForgotten
      ? new SessionLostError(server, thrown)
      : httpStatusFailure(server, thrown.status, thrown);
  }
  if (thrown instanceof sdk.SseError) return sseFailure(server, thrown.code, thrown);
  if (!(thrown instanceof sdk.SdkError)) return localFailure(server, thrown);
  // The negotiation of the protocol's era wraps what stopped it.
  const isWrapped =
    thrown.code === sdk.SdkErrorCode.EraNegotiationFailed && thrown.cause !== undefined;
  return isWrapped
    ? toSdkFailure(server, thrown.cause, { hasSession })
    : sdkCodeFailure(server, thrown);
}

/** An error of ours that came up through the SDK, however deep it was wrapped. */
function ownFailure(thrown: unknown): McpzipError | undefined {
  if (thrown instanceof McpzipError) return thrown;
  return thrown instanceof Error && thrown.cause !== undefined
    ? ownFailure(thrown.cause)
    : undefined;
}

function answered(
  server: ServerConfig,
  error: Error & { readonly code: number; readonly data?: unknown },
): McpzipError | RpcError {
  // An object of ours, which no server can send.
  if (error.data instanceof McpzipError) return error.data;
  if (error.data !== ANSWER_BROKEN_OFF) return new RpcError(error.code, error.message, error.data);
  const message = `server "${server.name}" broke off its answer`;
  return failure(server, { code: "SERVER_CLOSED", message, cause: error });
}

function sseFailure(server: ServerConfig, status: number | undefined, cause: Error): McpzipError {
  if (status === undefined) return unreachable(server, cause);
  return status === 200 ? notMcp(server, cause) : httpStatusFailure(server, status, cause);
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
      return notMcp(server, error);
    default:
      return toServerFailure(server, error);
  }
}

function notMcp(server: ServerConfig, cause: Error): McpzipError {
  return failure(server, {
    code: "SERVER_PROTOCOL",
    message: `server "${server.name}" answered with something that is not MCP`,
    why: cause.message,
    fix: `check "url" of "${server.name}": it looks like a web page or another API`,
    cause,
  });
}

/** Bun's fetch rejects with an Error that carries a code such as ECONNREFUSED. */
function localFailure(server: ServerConfig, thrown: unknown): McpzipError | RpcError {
  const isNetworkError =
    thrown instanceof Error && "code" in thrown && typeof thrown.code === "string";
  return isNetworkError ? unreachable(server, thrown) : toServerFailure(server, thrown);
}
