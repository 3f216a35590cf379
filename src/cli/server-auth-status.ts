import { findMcpRemoteTokens, hasMcpRemoteLogin } from "../auth/mcp-remote-tokens.ts";
import type { StoredAuthorization, Tokens } from "../auth/stored-authorization.ts";
import { McpzipError } from "../core/error.ts";
import type { AuthSetup } from "./auth-setup.ts";
import type { RemoteServer } from "./remote-server.ts";

/** How mcpzip signs in to one server, as `auth status --json` prints it. Instants are ISO 8601. */
export interface ServerAuthStatus {
  readonly server: string;
  /** `automatic`: client credentials that have not been needed yet. `off`: headers, or `"oauth": false`. */
  readonly state: "signed-in" | "needs-sign-in" | "automatic" | "off" | "unusable";
  readonly source?: "mcpzip" | "mcp-remote" | "client credentials";
  readonly signed_in_at?: string;
  /** Absent when nobody said. */
  readonly expires_at?: string;
  /** Whether it is renewed without a person. */
  readonly renewable?: boolean;
  readonly scopes?: readonly string[];
  readonly issuer?: string;
  readonly why?: string | undefined;
  readonly fix?: string | undefined;
}

/** Where sign-ins are saved. */
export type SavedSignIns = Pick<AuthSetup, "store" | "mcpRemoteFolder">;

/** Reads what is saved; asks no server. */
export async function serverAuthStatus(
  server: RemoteServer,
  setup: SavedSignIns,
): Promise<ServerAuthStatus> {
  const { name, oauth } = server;
  if (oauth === undefined) return offStatus(server);
  try {
    const isAutomatic = oauth.grantType === "client_credentials";
    const stored = await setup.store.load(server.url.href);
    if (stored?.tokens !== undefined && isAlive(stored.tokens)) {
      const source = isAutomatic ? "client credentials" : "mcpzip";
      return { ...signedIn(name, stored.tokens, source), ...originOf(stored) };
    }
    if (isAutomatic) return { server: name, state: "automatic", source: "client credentials" };
    return await mcpRemoteStatus(server, stored, setup);
  } catch (error) {
    if (!(error instanceof McpzipError)) throw error;
    return { server: name, state: "unusable", why: error.why ?? error.message, fix: error.fix };
  }
}

function offStatus({ name, headers }: RemoteServer): ServerAuthStatus {
  const hasHeaders = Object.keys(headers).length > 0;
  const why = hasHeaders ? '"headers" are set, and are all that is sent' : '"oauth" is false';
  return { server: name, state: "off", why };
}

/** With a refresh token, an end is none. */
function isAlive({ refresh_token: refresh, expires_at: end }: Tokens): boolean {
  return refresh !== undefined || end === undefined || end > Date.now() / 1000;
}

function signedIn(
  server: string,
  { expires_at: end, scope, refresh_token: refresh }: Tokens,
  source: NonNullable<ServerAuthStatus["source"]>,
): ServerAuthStatus {
  return {
    server,
    state: "signed-in",
    source,
    ...(end !== undefined && { expires_at: new Date(end * 1000).toISOString() }),
    renewable: refresh !== undefined || source === "client credentials",
    ...(scope !== undefined && { scopes: scope.split(/\s+/).filter((each) => each !== "") }),
  };
}

function originOf({ signed_in_at: since, issuer }: StoredAuthorization) {
  return {
    ...(since !== undefined && { signed_in_at: new Date(since).toISOString() }),
    ...(issuer !== undefined && { issuer }),
  };
}

async function mcpRemoteStatus(
  { name, url }: RemoteServer,
  stored: StoredAuthorization | undefined,
  { mcpRemoteFolder: folder }: SavedSignIns,
): Promise<ServerAuthStatus> {
  const tokens = await findMcpRemoteTokens(url.href, { folder, now: Date.now() });
  if (tokens !== undefined) return signedIn(name, tokens, "mcp-remote");
  const fix = `mcpzip login ${name}`;
  const why = (await hasMcpRemoteLogin(url.href, folder))
    ? "mcp-remote's token has expired, and mcpzip does not renew it"
    : whyGone(stored);
  return { server: name, state: "needs-sign-in", ...(why !== undefined && { why }), fix };
}

function whyGone(stored: StoredAuthorization | undefined): string | undefined {
  if (stored?.tokens !== undefined)
    return "its token has expired, and came without a refresh token";
  return stored?.signed_in_at === undefined ? undefined : "its tokens are no longer accepted";
}
