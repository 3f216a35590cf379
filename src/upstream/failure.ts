import type { ServerConfig } from "../config/config.ts";
import { errorMessage, McpzipError, type ErrorCode, type ErrorFacts } from "../core/error.ts";
import { RpcError } from "../rpc/message.ts";
import { RequestCancelledError, RequestTimeoutError } from "../rpc/pending-requests.ts";

/** The server has forgotten our session and has not run the request: it may be sent again on a new one. */
export class SessionLostError extends McpzipError {
  constructor(server: ServerConfig, cause: unknown) {
    super("SERVER_CLOSED", `server "${server.name}" has ended the session`, {
      server: server.name,
      cause,
    });
  }
}

/** Wraps whatever a request to a server threw, once, at the floor that knows the server. */
export function toServerFailure(server: ServerConfig, thrown: unknown): McpzipError | RpcError {
  if (thrown instanceof McpzipError || thrown instanceof RpcError) return thrown;
  if (thrown instanceof RequestTimeoutError) return timeoutFailure(server, thrown);
  if (thrown instanceof RequestCancelledError) {
    const message = `the call to server "${server.name}" was cancelled`;
    return failure(server, { code: "CALL_CANCELLED", message, cause: thrown });
  }
  const message = `server "${server.name}" failed: ${errorMessage(thrown)}`;
  return failure(server, { code: "SERVER_ERROR", message, cause: thrown });
}

export function timeoutFailure(server: ServerConfig, cause: unknown): McpzipError {
  return failure(server, {
    code: "CALL_TIMEOUT",
    message: `server "${server.name}" did not answer in time`,
    why: errorMessage(cause),
    fix: `pass a longer "timeout" (seconds), or set "call_timeout_seconds" for "${server.name}"`,
    cause,
  });
}

/** An HTTP answer that is not MCP: says what came and what usually mends it. */
export function httpStatusFailure(
  server: ServerConfig,
  status: number,
  cause: unknown,
): McpzipError {
  if (status === 401 || status === 403) return authFailure(server, status, cause);
  const message = `server "${server.name}" answered HTTP ${status}`;
  if (status >= 300 && status < 400) return redirectFailure(server, message, cause);
  if (status !== 404 && status !== 405) {
    return failure(server, { code: "SERVER_UNREACHABLE", message, cause });
  }
  const other = server.type === "sse" ? "http" : "sse";
  return failure(server, {
    code: "SERVER_PROTOCOL",
    message,
    why: `nothing speaks MCP over ${server.type === "sse" ? "SSE" : "Streamable HTTP"} at this URL`,
    fix: `check the path of "url" (often /mcp or /sse), or try "type": "${other}"`,
    cause,
  });
}

/** Followed, it would take the configured headers to a server that they are not meant for. */
function redirectFailure(server: ServerConfig, message: string, cause: unknown): McpzipError {
  return failure(server, {
    code: "SERVER_UNREACHABLE",
    message,
    why: errorMessage(cause),
    fix: `if the other address is the right one, make it the "url" of "${server.name}"`,
    cause,
  });
}

function authFailure(server: ServerConfig, status: number, cause: unknown): McpzipError {
  const hasHeaders = server.type !== "stdio" && Object.keys(server.headers).length > 0;
  if (hasHeaders) {
    const message = `server "${server.name}" refused the configured headers (HTTP ${status})`;
    return failure(server, {
      code: "AUTH_REJECTED",
      message,
      why: `"headers" are set, so no other way to sign in is tried`,
      fix: `check the token in "headers" of "${server.name}"`,
      cause,
    });
  }
  const message = `server "${server.name}" wants to know who you are (HTTP ${status})`;
  return failure(server, {
    code: "AUTH_REQUIRED",
    message,
    fix: `add "headers": { "Authorization": "Bearer \${TOKEN}" } to "${server.name}"`,
    cause,
  });
}

/** The request never reached the server. */
export function unreachable(server: ServerConfig, cause: unknown): McpzipError {
  const where = server.type === "stdio" ? server.command : server.url.origin;
  return failure(server, {
    code: "SERVER_UNREACHABLE",
    message: `server "${server.name}" cannot be reached`,
    why: `${where}: ${errorMessage(cause)}`,
    fix: `check that it runs and that "url" of "${server.name}" is right`,
    cause,
  });
}

export function failure(
  server: ServerConfig,
  { code, message, ...facts }: ErrorFacts & { readonly code: ErrorCode; readonly message: string },
): McpzipError {
  return new McpzipError(code, message, { ...facts, server: server.name });
}
