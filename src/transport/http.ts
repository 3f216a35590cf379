import type { Transport } from "@modelcontextprotocol/client";
import type { HttpServer } from "../config/config.ts";
import { upstreamFetch } from "./upstream-fetch.ts";

/** Retries of a dropped event stream; the transport's own default gives up after two. */
const RECONNECTION = {
  initialReconnectionDelay: 1000,
  maxReconnectionDelay: 30_000,
  reconnectionDelayGrowFactor: 1.5,
  maxRetries: 5,
};

/** Streamable HTTP (MCP 2025-03-26 and later). Redirects are followed within the server's origin only. */
export async function openHttp(server: HttpServer): Promise<Transport> {
  const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  return new StreamableHTTPClientTransport(server.url, {
    requestInit: { headers: { ...server.headers } },
    fetch: upstreamFetch,
    reconnectionOptions: RECONNECTION,
  });
}
