import type { Transport } from "@modelcontextprotocol/client";
import type { Authorizer } from "../auth/authorizer.ts";
import type { HttpServer, ServerConfig, SseServer } from "../config/config.ts";
import { directFetch, type Fetch } from "../platform/loopback.ts";
import { openHttp } from "./http.ts";
import { openSse } from "./sse.ts";
import { openStdio, type StdioOptions } from "./stdio.ts";
import type { Wire } from "./wire.ts";

/** `lines`: raw JSON-RPC lines, for our own peer. `messages`: parsed messages, for the SDK's client. */
export type Connection =
  | { readonly kind: "lines"; readonly wire: Wire }
  | { readonly kind: "messages"; readonly transport: Transport };

export interface ConnectOptions extends StdioOptions {
  /** Signs in to remote servers; loaded with the first that may need it. */
  readonly authorizer: () => Promise<Authorizer>;
  /** Whether a call waits for this connection, not only background work. */
  readonly isWanted: () => boolean;
}

/** Opens the wire to a server: the only place that asks for a server's type. */
export async function connect(server: ServerConfig, options: ConnectOptions): Promise<Connection> {
  switch (server.type) {
    case "stdio":
      return { kind: "lines", wire: openStdio(server, options) };
    case "http":
      return {
        kind: "messages",
        transport: await openHttp(server, await fetchFor(server, options), options.log),
      };
    case "sse":
      return {
        kind: "messages",
        transport: await openSse(server, await fetchFor(server, options)),
      };
    default:
      return server satisfies never;
  }
}

/** With `headers`, or `"oauth": false`, nothing of OAuth is so much as loaded. */
async function fetchFor(
  { name, url, oauth }: HttpServer | SseServer,
  { authorizer, isWanted }: ConnectOptions,
): Promise<Fetch> {
  if (oauth === undefined) return directFetch;
  return (await authorizer()).fetchFor({ name, url, settings: oauth }, isWanted);
}
