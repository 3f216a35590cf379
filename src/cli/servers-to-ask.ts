import type { ServerConfig } from "../config/config.ts";
import type { McpzipError } from "../core/error.ts";
import type { Services } from "../proxy/services.ts";
import { unknownServer } from "./remote-server.ts";

/**
 * The servers of those names, or all that are in use when none is named. Throws SERVER_UNKNOWN, SERVER_DISABLED,
 * or what is wrong with a server's configuration.
 */
export function serversToAsk(
  names: readonly string[],
  { config, pool }: Pick<Services, "config" | "pool">,
): ServerConfig[] {
  if (names.length === 0)
    return [...config.servers.values()].filter(({ isDisabled }) => !isDisabled);
  return [...new Set(names)].map((name) => {
    const unusable = pool.unusable(name);
    if (unusable !== undefined) throw unusable;
    const server = config.servers.get(name);
    if (server !== undefined) return server;
    throw unknownServer(name, [...config.servers.keys(), ...config.faults.keys()]);
  });
}

/** When all servers are asked: those whose entries are wrong, and why. One that is named is an error of its own. */
export function faultsAmong(
  names: readonly string[],
  { config }: Pick<Services, "config">,
): { readonly server: string; readonly error: McpzipError }[] {
  return names.length > 0 ? [] : [...config.faults].map(([server, error]) => ({ server, error }));
}
