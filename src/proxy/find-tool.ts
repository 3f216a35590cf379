import type { ServerConfig } from "../config/config.ts";
import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import type { CatalogTool } from "../core/tool.ts";
import { splitQualifiedName } from "../core/tool-name.ts";
import { settleWithin } from "../platform/settle-within.ts";
import { serverFault } from "./availability.ts";
import type { Services } from "./services.ts";

/**
 * The catalog's tool of that name. A server that has never listed its tools is asked for them now, for
 * `timeoutMs` at most. Throws TOOL_UNKNOWN with the nearest names, or why its server has none.
 */
export async function findTool(
  name: string,
  { services, timeoutMs }: { readonly services: Services; readonly timeoutMs: number },
): Promise<CatalogTool> {
  const { catalog, config, pool } = services;
  const serverName = splitQualifiedName(name)?.server ?? "";
  const server = config.servers.get(serverName);
  const unusable = pool.unusable(serverName);
  if (unusable !== undefined) throw unusable;
  const known = catalog.tool(name);
  if (known !== undefined) return known;
  if (server !== undefined) await listNow(server, { services, timeoutMs });
  const listed = catalog.tool(name);
  if (listed !== undefined) return listed;
  const fault = server === undefined ? undefined : faultOfUnlisted(server, services);
  throw fault ?? unknownTool(name, services);
}

/** Joins a refresh that is under way; where that was background work in vain, asks as a call may. */
async function listNow(
  server: ServerConfig,
  { services, timeoutMs }: { readonly services: Services; readonly timeoutMs: number },
): Promise<void> {
  const { catalog, refresh } = services;
  const deadline = performance.now() + timeoutMs;
  const isListed = () => catalog.servers().has(server.name);
  if (refresh.isRunning(server.name)) await settleWithin(refresh.refresh(server), timeoutMs);
  if (isListed()) return;
  if (!refresh.isRunning(server.name)) {
    const leftMs = Math.max(0, deadline - performance.now());
    await settleWithin(refresh.refresh(server, { isWanted: true }), leftMs);
  }
  if (isListed() || !refresh.isRunning(server.name)) return;
  throw new McpzipError(
    "CALL_TIMEOUT",
    `the tools of server "${server.name}" are still being read`,
    {
      server: server.name,
      fix: "try again in a moment",
    },
  );
}

function faultOfUnlisted({ name }: ServerConfig, services: Services): McpzipError | undefined {
  return services.catalog.servers().has(name) ? undefined : serverFault(name, services);
}

function unknownTool(name: string, services: Services): McpzipError {
  const names = services.catalog.snapshot().tools.map((tool) => tool.qualifiedName);
  const nearest = nearestNames(name, names);
  const server = splitQualifiedName(name)?.server;
  return new McpzipError("TOOL_UNKNOWN", `there is no tool "${name}"`, {
    ...(server !== undefined && services.config.servers.has(server) && { server }),
    ...(nearest.length > 0 && { why: `the nearest names are ${nearest.join(", ")}` }),
    fix: "find the right name with search_tools",
  });
}
