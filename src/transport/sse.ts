import type { Transport } from "@modelcontextprotocol/client";
import type { SseServer } from "../config/config.ts";
import type { Fetch } from "../platform/loopback.ts";
import { HttpStatusError } from "./http-status-error.ts";

/** The HTTP with SSE transport of MCP 2024-11-05, which many servers still speak. */
export async function openSse(server: SseServer, fetch: Fetch): Promise<Transport> {
  const { SSEClientTransport } = await import("@modelcontextprotocol/client");
  return new SSEClientTransport(server.url, {
    requestInit: { headers: { ...server.headers } },
    fetch: (url, init) => fetchOrThrow(fetch, url, init),
  });
}

/** The SDK's transport tells the status of a failed POST in an error's words only. */
async function fetchOrThrow(fetch: Fetch, ...[url, init]: Parameters<Fetch>): Promise<Response> {
  const response = await fetch(url, init);
  const isFailedPost = init?.method === "POST" && response.status >= 400;
  if (!isFailedPost) return response;
  await response.body?.cancel();
  throw new HttpStatusError(response.status);
}
