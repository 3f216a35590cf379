import { AsyncLocalStorage } from "node:async_hooks";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import type { HttpServer } from "../config/config.ts";
import type { Log } from "../platform/log.ts";
import type { Fetch } from "../platform/loopback.ts";
import { limitAnswer, type LongEventError } from "./limit-answer.ts";

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

/** A message that was sent, and what is read because of it: its answer, or the stream that a session listens to. */
interface Exchange {
  /** Undefined: it wants no answer. */
  readonly id: string | number | undefined;
  isCutOff: boolean;
}

/** Streamable HTTP (MCP 2025-03-26 and later). Redirects are followed within the server's origin only. */
export async function openHttp(server: HttpServer, fetch: Fetch, log: Log): Promise<Transport> {
  const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  // The SDK does not tell `fetch` for which message it asks.
  const exchanges = new AsyncLocalStorage<Exchange>();
  const transport = new StreamableHTTPClientTransport(server.url, {
    requestInit: { headers: { ...server.headers } },
    fetch: async (url, init) => {
      const exchange = exchanges.getStore();
      const isListening = init?.method === "GET";
      // It would resume the stream, for more of the same; this says that there is none.
      if (exchange?.isCutOff && isListening) return new Response(null, { status: 405 });
      return limitAnswer(await fetch(url, init), {
        server: server.name,
        isAwaited: isListening || exchange?.id !== undefined,
        onLongEvent: (error) => cutOff(exchange, error),
      });
    },
    reconnectionOptions: RECONNECTION,
  });
  const answerWithError = (id: string | number, data: unknown) => {
    const error = { code: INTERNAL_ERROR, message: "no answer", data };
    transport.onmessage?.({ jsonrpc: "2.0", id, error });
  };
  const cutOff = (exchange: Exchange | undefined, error: LongEventError) => {
    if (exchange !== undefined) exchange.isCutOff = true;
    if (exchange?.id !== undefined) return answerWithError(exchange.id, error);
    log.warn(`${error.message}; what it announces is not heard any more`);
  };
  const send = transport.send.bind(transport);
  // The SDK's client does not notice that an answer's stream has ended without the answer: it would
  // wait until the call times out.
  transport.send = (message, options) => {
    const exchange: Exchange = { id: requestId(message), isCutOff: false };
    const { id } = exchange;
    return exchanges.run(exchange, () => {
      if (id === undefined) return send(message, options);
      const onRequestStreamEnd = () => {
        if (!exchange.isCutOff) answerWithError(id, ANSWER_BROKEN_OFF);
      };
      return send(message, { ...options, onRequestStreamEnd });
    });
  };
  return transport;
}

function requestId(message: JSONRPCMessage | JSONRPCMessage[]): string | number | undefined {
  const isRequest = !Array.isArray(message) && "method" in message && "id" in message;
  return isRequest ? message.id : undefined;
}
