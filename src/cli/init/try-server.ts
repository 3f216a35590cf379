import type { Authorizer } from "../../auth/authorizer.ts";
import { createAuthorizer } from "../../auth/create-authorizer.ts";
import { createTokenStore, mcpRemoteFolder } from "../../auth/create-token-store.ts";
import type { Config, ServerConfig } from "../../config/config.ts";
import { type McpzipError, toMcpzipError } from "../../core/error.ts";
import type { ServerListing } from "../../core/tool.ts";
import { createLog } from "../../platform/log.ts";
import { listTools } from "../../upstream/list-tools.ts";
import { openSession } from "../../upstream/open-session.ts";
import type { UpstreamSession } from "../../upstream/session.ts";
import type { CommandContext } from "../command.ts";
import { isRemote } from "../remote-server.ts";
import { serverAuthStatus } from "../server-auth-status.ts";

/** What became of the first try of a server. */
export type Trial =
  | { readonly kind: "works"; readonly listing: ServerListing }
  | { readonly kind: "needs-sign-in" }
  | { readonly kind: "fails"; readonly error: McpzipError };

export interface TrialOptions extends Pick<CommandContext, "env"> {
  readonly authFolder: string;
  readonly tokenStorage: Config["tokenStorage"];
  readonly signal: AbortSignal;
}

/** npx may have to fetch the program first. */
const TIMEOUT_MS = 60_000;
const CLOSE_GRACE_MS = 500;

/** The wizard says what there is to say; a line of log would tear its screen. */
const SILENT = createLog("error", () => {});

/** Opens a session, lists the tools, and ends it. Opens no browser where nobody has signed in. */
export async function tryServer(server: ServerConfig, options: TrialOptions): Promise<Trial> {
  const { env, signal } = options;
  const tried = await asSignedIn(server, options);
  const authorizer = openAuthorizer(options);
  let session: UpstreamSession | undefined;
  try {
    session = await openSession(tried, {
      env,
      signal,
      log: SILENT,
      timeoutMs: TIMEOUT_MS,
      isWanted: () => false,
      onNotification: () => {},
      authorizer: () => Promise.resolve(authorizer),
    });
    const bounds = { signal, timeoutMs: TIMEOUT_MS, log: SILENT };
    return { kind: "works", listing: await listTools(tried, session, bounds) };
  } catch (thrown) {
    signal.throwIfAborted();
    return failedTrial(server, thrown);
  } finally {
    await session?.close({ graceMs: CLOSE_GRACE_MS });
    authorizer.close();
  }
}

function failedTrial(server: ServerConfig, thrown: unknown): Trial {
  const error = toMcpzipError(thrown, "SERVER_ERROR", { server: server.name });
  const canSignIn = isRemote(server) && server.oauth !== undefined;
  const isRefused = error.code === "AUTH_REQUIRED" || error.code === "AUTH_REJECTED";
  return canSignIn && isRefused ? { kind: "needs-sign-in" } : { kind: "fails", error };
}

/** Where nobody is signed in, nothing of OAuth is tried: it would open a browser unasked. */
async function asSignedIn(server: ServerConfig, options: TrialOptions): Promise<ServerConfig> {
  if (!isRemote(server) || server.oauth === undefined) return server;
  const { authFolder: folder, tokenStorage, env } = options;
  const store = createTokenStore({ folder, tokenStorage, log: SILENT });
  const saved = { store, mcpRemoteFolder: mcpRemoteFolder(env) };
  const { state } = await serverAuthStatus(server, saved);
  const isKnown = state === "signed-in" || state === "automatic";
  return isKnown ? server : { ...server, oauth: undefined };
}

function openAuthorizer({ authFolder: folder, tokenStorage, env }: TrialOptions): Authorizer {
  return createAuthorizer({ env, folder, tokenStorage, log: SILENT, onSignedIn: () => {} });
}
