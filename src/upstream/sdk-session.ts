import type { Client, ClientCapabilities, Transport } from "@modelcontextprotocol/client";
import type { ServerConfig } from "../config/config.ts";
import type { McpzipError } from "../core/error.ts";
import { isStateless } from "../core/protocol-version.ts";
import { settleWithin } from "../platform/settle-within.ts";
import { VERSION } from "../platform/version.ts";
import { RPC_ERROR, RpcError } from "../rpc/message.ts";
import { RequestCancelledError } from "../rpc/pending-requests.ts";
import { RawJson } from "../rpc/raw-json.ts";
import { LongEventError } from "../transport/limit-answer.ts";
import { failure, timeoutFailure, toServerFailure } from "./failure.ts";
import { toSdkFailure } from "./sdk-failure.ts";
import { SdkRequests } from "./sdk-requests.ts";
import type { HostSide, ServerIdentity, SessionOptions, UpstreamSession } from "./session.ts";
import { hideResults } from "./whole-results.ts";

/**
 * Opens a session over the SDK's client, which speaks both eras of MCP: it asks with `server/discover`
 * and falls back to the `initialize` handshake.
 */
export async function openSdkSession(
  server: ServerConfig,
  transport: Transport,
  options: SessionOptions,
): Promise<UpstreamSession> {
  const client = await createClient(options);
  const { promise: closed, resolve } = Promise.withResolvers<McpzipError>();
  let ended: McpzipError | undefined;
  client.onclose = () => {
    ended ??= failure(server, {
      code: "SERVER_CLOSED",
      message: `server "${server.name}" closed the connection`,
    });
    resolve(ended);
  };
  // Before the handshake: a server may ask for something as soon as it is over.
  const requests = new SdkRequests(client, { server, onRequest: answererOf(options) });
  await connectClient(server, client, { transport, ...options });
  await endWithItsEventStream(client, (fault) => (ended ??= fault));
  if (isStateless(client.getNegotiatedProtocolVersion())) hideResults(transport);
  return {
    identity: identityOf(client),
    closed,
    close: ({ graceMs }) => closeClient(client, transport, graceMs),
    request: async (method, params, requestOptions) => {
      if (ended !== undefined) throw ended;
      try {
        return await requests.send(method, params, requestOptions);
      } catch (error) {
        if (ended !== undefined) throw ended;
        const hasSession = transport.sessionId !== undefined || server.type === "sse";
        throw await toSdkFailure(server, error, { hasSession });
      }
    },
  };
}

async function createClient({ onNotification, host }: SessionOptions): Promise<Client> {
  const { Client } = await import("@modelcontextprotocol/client");
  // as: what the host has declared is passed on as it is.
  const capabilities = (host?.capabilities.parse() ?? {}) as ClientCapabilities;
  const client = new Client(
    { name: "mcpzip", version: VERSION },
    { capabilities, versionNegotiation: { mode: "auto" } },
  );
  client.fallbackNotificationHandler = ({ method, params }) => {
    onNotification(method, params === undefined ? undefined : RawJson.of(params));
    return Promise.resolve();
  };
  return client;
}

function answererOf({ host }: SessionOptions): HostSide["onRequest"] {
  if (host !== undefined) return (request) => host.onRequest(request);
  return ({ method }) =>
    Promise.reject(new RpcError(RPC_ERROR.methodNotFound, `${method} is not supported`));
}

/** The SDK bounds and aborts the handshake only, not the way to it, so both are done here. */
async function connectClient(
  server: ServerConfig,
  client: Client,
  { transport, timeoutMs, signal }: SessionOptions & { readonly transport: Transport },
): Promise<void> {
  const { promise: gaveUp, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(timeoutFailure(server, new Error(`no handshake within ${timeoutMs / 1000} s`)));
  }, timeoutMs);
  const onAbort = () => reject(toServerFailure(server, new RequestCancelledError("cancelled")));
  signal.addEventListener("abort", onAbort, { once: true });
  // Of what has been aborted before, nobody is told.
  if (signal.aborted) onAbort();
  // The transport's, not the client's: its first request the client sends past itself.
  transport.onerror = (error) => {
    if (error instanceof LongEventError) reject(error);
  };
  try {
    await Promise.race([client.connect(transport, { timeout: timeoutMs }), gaveUp]);
  } catch (error) {
    void Promise.allSettled([client.close(), transport.close()]);
    const cause = await toSdkFailure(server, error, { hasSession: false });
    if (!(cause instanceof RpcError)) throw cause;
    const message = `server "${server.name}" refused to initialize: ${cause.message}`;
    throw failure(server, { code: "SERVER_PROTOCOL", message, cause });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

/** Over HTTP with SSE the stream is the session: reconnected, it would be another, uninitialized one. */
async function endWithItsEventStream(
  client: Client,
  onFault: (fault: McpzipError) => void,
): Promise<void> {
  const { SseError } = await import("@modelcontextprotocol/client");
  client.onerror = (error) => {
    if (error instanceof LongEventError) onFault(error);
    else if (!(error instanceof SseError)) return;
    void client.close();
  };
}

function identityOf(client: Client): ServerIdentity {
  const info = client.getServerVersion();
  return {
    protocolVersion: client.getNegotiatedProtocolVersion(),
    title: info?.title ?? info?.name,
    version: info?.version,
    instructions: client.getInstructions(),
  };
}

/** Ends the server's session (HTTP DELETE) where there is one, but waits no longer than the grace. */
async function closeClient(client: Client, transport: Transport, graceMs: number): Promise<void> {
  const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  if (transport instanceof StreamableHTTPClientTransport) {
    await settleWithin(transport.terminateSession(), graceMs);
  }
  await client.close();
}
