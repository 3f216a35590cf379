import { isHeadless, openBrowser } from "../platform/browser.ts";
import type { Log } from "../platform/log.ts";
import { Authorizer } from "./authorizer.ts";
import { FileTokenStore } from "./token-store.ts";

export interface AuthorizerSetup {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly log: Log;
  readonly onSignedIn: (server: string) => void;
}

/** An authorizer with the user's token files, browser, and mcp-remote's logins. */
export function createAuthorizer({ env, folder, log, onSignedIn }: AuthorizerSetup): Authorizer {
  const home = env.HOME ?? env.USERPROFILE ?? "";
  return new Authorizer({
    store: new FileTokenStore(folder, log),
    folder,
    mcpRemoteFolder: env.MCP_REMOTE_CONFIG_DIR ?? `${home}/.mcp-auth`,
    log,
    openPage: (url) => (isHeadless(env) ? Promise.resolve(false) : openBrowser(url, env)),
    onSignedIn,
  });
}
