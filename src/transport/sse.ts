import type { Transport } from "@modelcontextprotocol/client";
import type { SseServer } from "../config/config.ts";
import { upstreamFetch } from "./upstream-fetch.ts";

/** The HTTP with SSE transport of MCP 2024-11-05, which many servers still speak. */
export async function openSse(server: SseServer): Promise<Transport> {
  const { SSEClientTransport } = await import("@modelcontextprotocol/client");
  return new SSEClientTransport(server.url, {
    requestInit: { headers: { ...server.headers } },
    fetch: upstreamFetch,
  });
}
