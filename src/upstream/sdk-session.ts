import type {
  Client,
  RequestOptions as SdkRequestOptions,
  StandardSchemaV1,
  Transport,
} from "@modelcontextprotocol/client";
import type { ServerConfig } from "../config/config.ts";
import type { McpzipError } from "../core/error.ts";
import { settleWithin } from "../platform/settle-within.ts";
import { VERSION } from "../platform/version.ts";
import { RpcError } from "../rpc/message.ts";
import type { RequestOptions } from "../rpc/pending-requests.ts";
import { RawJson } from "../rpc/raw-json.ts";
import { failure } from "./failure.ts";
import { toSdkFailure } from "./sdk-failure.ts";
import type { ServerIdentity, SessionOptions, UpstreamSession } from "./session.ts";

/** Accepts every result as it is: a proxy does not re-validate what it forwards. */
const ANY_RESULT: StandardSchemaV1<unknown, unknown> = {
  "~standard": { version: 1, vendor: "mcpzip", validate: (value) => ({ value }) },
};

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
  client.onclose = () =>
    resolve(
      failure(server, {
        code: "SERVER_CLOSED",
        message: `server "${server.name}" closed the connection`,
      }),
    );
  await connectClient(server, client, { transport, ...options });
  return {
    identity: identityOf(client),
    closed,
    close: ({ graceMs }) => closeClient(client, transport, graceMs),
    request: async (method, params, requestOptions) => {
      try {
        const request = { method, params: plainParams(params) };
        return RawJson.of(await client.request(request, ANY_RESULT, sdkOptions(requestOptions)));
      } catch (error) {
        throw await toSdkFailure(server, error, transport.sessionId);
      }
    },
  };
}

async function createClient({ onNotification }: SessionOptions): Promise<Client> {
  const { Client } = await import("@modelcontextprotocol/client");
  const client = new Client(
    { name: "mcpzip", version: VERSION },
    { capabilities: {}, versionNegotiation: { mode: "auto" } },
  );
  client.fallbackNotificationHandler = ({ method, params }) => {
    onNotification(method, params === undefined ? undefined : RawJson.of(params));
    return Promise.resolve();
  };
  return client;
}

async function connectClient(
  server: ServerConfig,
  client: Client,
  { transport, timeoutMs, signal }: SessionOptions & { readonly transport: Transport },
): Promise<void> {
  try {
    await client.connect(transport, { timeout: timeoutMs, signal });
  } catch (error) {
    void client.close();
    const cause = await toSdkFailure(server, error);
    if (!(cause instanceof RpcError)) throw cause;
    const message = `server "${server.name}" refused to initialize: ${cause.message}`;
    throw failure(server, { code: "SERVER_PROTOCOL", message, cause });
  }
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

function plainParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(params)) {
    if (value !== undefined) plain[key] = value instanceof RawJson ? value.parse() : value;
  }
  return plain;
}

function sdkOptions(options: RequestOptions): SdkRequestOptions {
  const { timeoutMs, maxTotalMs = timeoutMs, signal, onProgress } = options;
  return {
    timeout: timeoutMs,
    maxTotalTimeout: maxTotalMs,
    resetTimeoutOnProgress: true,
    ...(signal !== undefined && { signal }),
    ...(onProgress !== undefined && { onprogress: (progress) => onProgress(RawJson.of(progress)) }),
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
