import { createTokenStore, mcpRemoteFolder } from "../auth/create-token-store.ts";
import type { ProtectedServer } from "../auth/discovery.ts";
import { TokenKeeper, type KeeperOptions } from "../auth/token-keeper.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { createLog } from "../platform/log.ts";
import { homeOf, resolvePaths } from "../platform/paths.ts";
import { textOf, type Flags } from "./args.ts";
import type { CommandContext } from "./command.ts";

/** The configuration and the saved sign-ins, as the commands about signing in need them. */
export interface AuthSetup extends KeeperOptions {
  readonly config: Config;
}

/** Throws CONFIG_NOT_FOUND or CONFIG_INVALID. */
export async function openAuth(flags: Flags, context: CommandContext): Promise<AuthSetup> {
  const { env, output } = context;
  const { configFile, authFolder: folder } = resolvePaths(homeOf(env), textOf(flags, "config"));
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

// For commands that take their flags from here.
export { COMMON_ARGS } from "./args.ts";

export function openKeeper(server: ProtectedServer, setup: AuthSetup): TokenKeeper {
  return new TokenKeeper(server, setup);
}
