import type { Config, ServerConfig } from "./config.ts";

/** The servers in use of one config against those of another, by name. */
export interface ServerChanges {
  readonly added: readonly string[];
  /** Those that were disabled, or are written wrongly now, included. */
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** The servers that can be asked and called: neither disabled nor faulty. */
export function serversInUse({
  servers,
}: Pick<Config, "servers">): ReadonlyMap<string, ServerConfig> {
  return new Map([...servers].filter(([, { isDisabled }]) => !isDisabled));
}

/**
 * Whether `servers` has this very server still, so that a session with it is as good as it was. How long a call
 * may take is a matter of the call.
 */
export function isStillIn(
  servers: ReadonlyMap<string, ServerConfig>,
  server: ServerConfig,
): boolean {
  const now = servers.get(server.name);
  if (now === undefined) return false;
  return Bun.deepEquals({ ...server, callTimeoutMs: 0 }, { ...now, callTimeoutMs: 0 });
}

export function serverChanges(before: Config, after: Config): ServerChanges {
  const [old, now] = [serversInUse(before), serversInUse(after)];
  const kept = [...old.values()].filter(({ name }) => now.has(name));
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: kept.filter((server) => !isStillIn(now, server)).map(({ name }) => name),
  };
}
