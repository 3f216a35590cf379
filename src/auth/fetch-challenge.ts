import { errorMessage, McpzipError } from "../core/error.ts";
import { directFetch } from "../platform/loopback.ts";
import { VERSION } from "../platform/version.ts";
import { readChallenge, type Challenge } from "./challenge.ts";
import type { ProtectedServer } from "./discovery.ts";

/** How a server received a request: with what status, and asking for what. */
export interface Reception {
  readonly status: number;
  readonly challenge: Challenge;
}

export interface ChallengeOptions {
  readonly type: "http" | "sse";
  /** Undefined: as somebody who is not signed in. */
  readonly accessToken: string | undefined;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 15_000;

/**
 * Knocks at a remote server, as a client would that opens a session, to see whether it lets this token
 * in. Throws SERVER_UNREACHABLE when there is no answer.
 */
export async function fetchChallenge(
  server: ProtectedServer,
  options: ChallengeOptions,
): Promise<Reception> {
  const response = await knock(server, options);
  await response.body?.cancel();
  const session = response.headers.get("mcp-session-id");
  if (session !== null) await endSession(server, session, options);
  return { status: response.status, challenge: readChallenge(response) };
}

async function knock(
  server: ProtectedServer,
  { type, accessToken, signal }: ChallengeOptions,
): Promise<Response> {
  const headers = headersFor(accessToken);
  headers.set(
    "Accept",
    type === "sse" ? "text/event-stream" : "application/json, text/event-stream",
  );
  if (type === "http") headers.set("Content-Type", "application/json");
  try {
    return await directFetch(server.url, {
      method: type === "sse" ? "GET" : "POST",
      ...(type === "http" && { body: JSON.stringify(INITIALIZE) }),
      headers,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new McpzipError("SERVER_UNREACHABLE", `server "${server.name}" cannot be reached`, {
      server: server.name,
      why: `${server.url.origin}: ${errorMessage(cause)}`,
      fix: `check that it runs and that "url" of "${server.name}" is right`,
      cause,
    });
  }
}

/** A session that was opened only to knock is not left behind. */
async function endSession(
  server: ProtectedServer,
  session: string,
  { accessToken, signal }: ChallengeOptions,
): Promise<void> {
  const headers = headersFor(accessToken);
  headers.set("Mcp-Session-Id", session);
  try {
    const response = await directFetch(server.url, {
      method: "DELETE",
      headers,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
  } catch {
    // It ends by itself then; a politeness is nothing to fail for.
  }
}

function headersFor(accessToken: string | undefined): Headers {
  const headers = new Headers();
  if (accessToken !== undefined) headers.set("Authorization", `Bearer ${accessToken}`);
  return headers;
}

/** The request that opens a session, from a client that can do nothing. */
export const INITIALIZE = Object.freeze({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "mcpzip", version: VERSION },
  },
});
