import type { Log } from "../platform/log.ts";
import { homeOf } from "../platform/paths.ts";
import { SealedTokenStore } from "./sealed-token-store.ts";

export interface TokenStoreSetup {
  readonly folder: string;
  readonly log: Log;
  readonly tokenStorage: "file" | "keychain";
}

/** The user's sign-ins. With "file", too, those that were sealed before can be read. */
export function createTokenStore({ folder, log, tokenStorage }: TokenStoreSetup): SealedTokenStore {
  return new SealedTokenStore(folder, {
    log,
    keychain: Bun.secrets,
    seals: tokenStorage === "keychain",
  });
}

/** Where mcp-remote keeps its own. */
export function mcpRemoteFolder(env: Readonly<Record<string, string | undefined>>): string {
  return env.MCP_REMOTE_CONFIG_DIR ?? `${homeOf(env)}/.mcp-auth`;
}
