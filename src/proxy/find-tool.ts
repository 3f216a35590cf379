import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import type { CatalogTool } from "../core/tool.ts";
import { splitQualifiedName } from "../core/tool-name.ts";
import { settleWithin } from "../platform/settle-within.ts";
import { serverFault } from "./availability.ts";
import type { Services } from "./services.ts";

/**
 * The catalog's tool of that name; waits `timeoutMs` for a server whose tools are just being read. Throws
 * TOOL_UNKNOWN with the nearest names, or why its server has none.
 */
export async function findTool(
  name: string,
  { services, timeoutMs }: { readonly services: Services; readonly timeoutMs: number },
): Promise<CatalogTool> {
  const server = splitQualifiedName(name)?.server;
  const unusable = server === undefined ? undefined : services.pool.unusable(server);
  if (unusable !== undefined) throw unusable;
  const known = services.catalog.tool(name);
  if (known !== undefined || server === undefined) return known ?? throwUnknown(name, services);
  await awaitRefresh(server, { services, timeoutMs });
  const listed = services.catalog.tool(name);
  if (listed !== undefined) return listed;
  const isListed = services.catalog.servers().has(server);
  throw (isListed ? undefined : serverFault(server, services)) ?? unknownTool(name, services);
}

async function awaitRefresh(
  server: string,
  { services, timeoutMs }: { readonly services: Services; readonly timeoutMs: number },
): Promise<void> {
  const config = services.config.servers.get(server);
  if (config === undefined || !services.refresh.isRunning(server)) return;
  await settleWithin(services.refresh.refresh(config), timeoutMs);
  if (!services.refresh.isRunning(server) || services.catalog.servers().has(server)) return;
  throw new McpzipError("CALL_TIMEOUT", `the tools of server "${server}" are still being read`, {
    server,
    fix: "try again in a moment",
  });
}

function throwUnknown(name: string, services: Services): never {
  throw unknownTool(name, services);
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
