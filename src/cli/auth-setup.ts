import { createTokenStore, mcpRemoteFolder } from "../auth/create-token-store.ts";
import type { ProtectedServer } from "../auth/discovery.ts";
import { TokenKeeper, type KeeperOptions } from "../auth/token-keeper.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { createLog } from "../platform/log.ts";
import { homeOf, resolvePaths } from "../platform/paths.ts";
import type { CommandContext, Flags } from "./command.ts";

/** The configuration and the saved sign-ins, as the commands about signing in need them. */
export interface AuthSetup extends KeeperOptions {
  readonly config: Config;
}

/** The flags that all of these commands have. */
export const COMMON_ARGS = {
  config: { type: "string", valueHint: "path", description: "The config file to use" },
  verbose: { type: "boolean", description: "Log more to stderr" },
} as const;

/** Throws CONFIG_NOT_FOUND or CONFIG_INVALID. */
export async function openAuth(flags: Flags, context: CommandContext): Promise<AuthSetup> {
  const { env, output } = context;
  const path = typeof flags.config === "string" ? flags.config : undefined;
  const { configFile, authFolder: folder } = resolvePaths(homeOf(env), path);
  const { config } = await loadConfig(configFile, env);
  const log = createLog(flags.verbose === true ? "debug" : "warn", output.printError);
  const store = createTokenStore({ folder, log, tokenStorage: config.tokenStorage });
  await store.ready();
  return {
    config,
    folder,
    log,
    store,
    mcpRemoteFolder: mcpRemoteFolder(env),
  };
}

export function openKeeper(server: ProtectedServer, setup: AuthSetup): TokenKeeper {
  return new TokenKeeper(server, setup);
}
