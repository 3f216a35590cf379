import type { ProtectedServer } from "../auth/discovery.ts";
import type { Config, HttpServer, ServerConfig, SseServer } from "../config/config.ts";
import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";

export type RemoteServer = HttpServer | SseServer;

/**
 * The remote server of that name. Throws SERVER_UNKNOWN with the nearest name, the server's own fault
 * when its configuration has one, and USAGE for one that mcpzip starts itself.
 */
export function findRemoteServer({ servers, faults }: Config, name: string): RemoteServer {
  const fault = faults.get(name);
  if (fault !== undefined) throw fault;
  const server = servers.get(name);
  if (server === undefined) throw unknownServer(name, [...servers.keys(), ...faults.keys()]);
  if (isRemote(server)) return server;
  throw new McpzipError("USAGE", `server "${name}" is a program on this machine`, {
    server: name,
    why: "there is nothing to sign in to: what it needs to know, it gets from its own configuration",
    fix: `put its keys into "env" of "${name}"`,
  });
}

export function isRemote(server: ServerConfig): server is RemoteServer {
  return server.type !== "stdio";
}

/** The same server as one to sign in to. Throws USAGE where OAuth is off. */
export function toProtectedServer({ name, url, headers, oauth }: RemoteServer): ProtectedServer {
  if (oauth !== undefined) return { name, url, settings: oauth };
  const hasHeaders = Object.keys(headers).length > 0;
  throw new McpzipError("USAGE", `OAuth is off for server "${name}"`, {
    server: name,
    why: hasHeaders ? '"headers" are set, and are all that is sent' : '"oauth" is false',
    fix: `remove ${hasHeaders ? '"headers"' : '"oauth": false'} from "${name}" to sign in with OAuth`,
  });
}

/** For a name that is in no config; proposes the nearest. */
export function unknownServer(name: string, known: readonly string[]): McpzipError {
  const [nearest] = nearestNames(name, known, 1);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return new McpzipError("SERVER_UNKNOWN", `no server "${name}" is configured${hint}`, {
    server: name,
    fix: known.length === 0 ? "mcpzip add NAME …" : `name one of: ${known.join(", ")}`,
  });
}
