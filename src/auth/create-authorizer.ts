import { isHeadless, openBrowser } from "../platform/browser.ts";
import { Authorizer } from "./authorizer.ts";
import { createTokenStore, mcpRemoteFolder, type TokenStoreSetup } from "./create-token-store.ts";

export interface AuthorizerSetup extends TokenStoreSetup {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onSignedIn: (server: string) => void;
}

/** An authorizer with the user's token files, browser, and mcp-remote's logins. */
export function createAuthorizer(setup: AuthorizerSetup): Authorizer {
  const { env, folder, log, onSignedIn } = setup;
  return new Authorizer({
    store: createTokenStore(setup),
    folder,
    mcpRemoteFolder: mcpRemoteFolder(env),
    log,
    openPage: (url) => (isHeadless(env) ? Promise.resolve(false) : openBrowser(url, env)),
    onSignedIn,
  });
}
