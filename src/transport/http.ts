import type { Transport } from "@modelcontextprotocol/client";
import type { HttpServer } from "../config/config.ts";
import type { Fetch } from "../platform/loopback.ts";

/** The `data` of the error answer that stands in for one that the server never finished. */
export const ANSWER_BROKEN_OFF = Object.freeze({ reason: "the event stream ended" });

/** Attempts at resuming an answer's event stream: some five seconds, then the call fails. */
const RECONNECTION = {
  initialReconnectionDelay: 1000,
  maxReconnectionDelay: 30_000,
  reconnectionDelayGrowFactor: 1.5,
  maxRetries: 3,
};
const INTERNAL_ERROR = -32603;

/** Streamable HTTP (MCP 2025-03-26 and later). Redirects are followed within the server's origin only. */
export async function openHttp(server: HttpServer, fetch: Fetch): Promise<Transport> {
  const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  const transport = new StreamableHTTPClientTransport(server.url, {
    requestInit: { headers: { ...server.headers } },
    fetch,
    reconnectionOptions: RECONNECTION,
  });
  const send = transport.send.bind(transport);
  // The SDK's client does not notice that an answer's stream has ended without the answer: it would
  // wait until the call times out.
  transport.send = (message, options) => {
    const id =
      !Array.isArray(message) && "method" in message && "id" in message ? message.id : undefined;
    if (id === undefined) return send(message, options);
    const error = { code: INTERNAL_ERROR, message: "no answer", data: ANSWER_BROKEN_OFF };
    const onRequestStreamEnd = () => transport.onmessage?.({ jsonrpc: "2.0", id, error });
    return send(message, { ...options, onRequestStreamEnd });
  };
  return transport;
}
