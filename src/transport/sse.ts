import type { Transport } from "@modelcontextprotocol/client";
import type { SseServer } from "../config/config.ts";
import type { Fetch } from "../platform/loopback.ts";
import { HttpStatusError } from "./http-status-error.ts";
import { limitAnswer, type LongEventError } from "./limit-answer.ts";

/**
 * The HTTP with SSE transport of MCP 2024-11-05, which many servers still speak. An event that is too long is
 * told to `onerror` as a LongEventError; the SDK would then open the stream again.
 */
export async function openSse(server: SseServer, fetch: Fetch): Promise<Transport> {
  const { SSEClientTransport } = await import("@modelcontextprotocol/client");
  let fault: LongEventError | undefined;
  const onLongEvent = (error: LongEventError) => {
    fault = error;
    transport.onerror?.(error);
  };
  const transport = new SSEClientTransport(server.url, {
    requestInit: { headers: { ...server.headers } },
    fetch: async (url, init) =>
      limitAnswer(await fetchOrThrow(fetch, url, init), {
        server: server.name,
        isAwaited: init?.method !== "POST",
        onLongEvent,
      }),
  });
  const start = transport.start.bind(transport);
  // Of what broke the stream the SDK keeps the words only.
  transport.start = () =>
    start().catch((error: unknown) => {
      throw fault ?? error;
    });
  return transport;
}

/** The SDK's transport tells the status of a failed POST in an error's words only. */
async function fetchOrThrow(fetch: Fetch, ...[url, init]: Parameters<Fetch>): Promise<Response> {
  const response = await fetch(url, init);
  const isFailedPost = init?.method === "POST" && response.status >= 400;
  if (!isFailedPost) return response;
  await response.body?.cancel();
  throw new HttpStatusError(response.status);
}
