import type { ServerConfig } from "../config/config.ts";
import { connect, type ConnectOptions } from "../transport/connect.ts";
import { openLineSession } from "./line-session.ts";
import { openSdkSession } from "./sdk-session.ts";
import type { SessionOptions, UpstreamSession } from "./session.ts";

/**
 * Connects to a server and initializes a session. Throws McpzipError: SERVER_START_FAILED,
 * SERVER_CLOSED, SERVER_UNREACHABLE, SERVER_PROTOCOL, CALL_TIMEOUT, AUTH_REQUIRED or AUTH_REJECTED.
 */
export async function openSession(
  server: ServerConfig,
  options: SessionOptions & ConnectOptions,
): Promise<UpstreamSession> {
  const connection = await connect(server, options);
  return connection.kind === "lines"
    ? openLineSession(server, connection.wire, options)
    : openSdkSession(server, connection.transport, options);
}
