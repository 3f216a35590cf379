import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import type { CatalogTool } from "../core/tool.ts";
import { splitQualifiedName } from "../core/tool-name.ts";
import { serverFault } from "./availability.ts";
import type { Services } from "./services.ts";

/** The catalog's tool of that name. Throws TOOL_UNKNOWN with the nearest names, or why its server has none. */
export async function findTool(name: string, services: Services): Promise<CatalogTool> {
  const tool = services.catalog.tool(name) ?? (await awaitTool(name, services));
  if (tool !== undefined) return tool;
  const server = splitQualifiedName(name)?.server;
  const isListed = server === undefined || services.catalog.servers().has(server);
  const fault = server === undefined || isListed ? undefined : serverFault(server, services);
  throw fault ?? unknownTool(name, services);
}

/** A server whose tools are just being read may be about to list this one. */
async function awaitTool(name: string, services: Services): Promise<CatalogTool | undefined> {
  const server = splitQualifiedName(name)?.server;
  const config = server === undefined ? undefined : services.config.servers.get(server);
  if (config === undefined || !services.refresh.isRunning(config.name)) return undefined;
  await services.refresh.refresh(config);
  return services.catalog.tool(name);
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
