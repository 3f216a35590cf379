import type { Transport } from "@modelcontextprotocol/client";
import type { ServerConfig } from "../config/config.ts";
import { openHttp } from "./http.ts";
import { openSse } from "./sse.ts";
import { openStdio, type StdioOptions } from "./stdio.ts";
import type { Wire } from "./wire.ts";

/** `lines`: raw JSON-RPC lines, for our own peer. `messages`: parsed messages, for the SDK's client. */
export type Connection =
  | { readonly kind: "lines"; readonly wire: Wire }
  | { readonly kind: "messages"; readonly transport: Transport };

/** Opens the wire to a server: the only place that asks for a server's type. */
export async function connect(server: ServerConfig, options: StdioOptions): Promise<Connection> {
  switch (server.type) {
    case "stdio":
      return { kind: "lines", wire: openStdio(server, options) };
    case "http":
      return { kind: "messages", transport: await openHttp(server) };
    case "sse":
      return { kind: "messages", transport: await openSse(server) };
    default:
      return server satisfies never;
  }
}
