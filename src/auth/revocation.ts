import type { AuthorizationServerMetadata } from "@modelcontextprotocol/client";
import { errorMessage } from "../core/error.ts";
import { authServerFetch } from "./auth-server-fetch.ts";
import { clientAuthentication } from "./client-authentication.ts";
import { discoverTarget, type ProtectedServer } from "./discovery.ts";
import type { ClientRegistration, StoredAuthorization } from "./stored-authorization.ts";

/** `none`: there is no endpoint to revoke at, or no token. `failed`: they may live until they expire. */
export type RevocationOutcome =
  | { readonly kind: "revoked" }
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly why: string };

/**
 * Tells the authorization server that a server's tokens are no longer wanted (RFC 7009): the refresh
 * token first, since without it the access token dies by itself. Never throws.
 */
export async function revokeTokens(
  server: ProtectedServer,
  stored: StoredAuthorization,
): Promise<RevocationOutcome> {
  const { tokens, issuer } = stored;
  const client = clientOf(server, stored);
  if (tokens === undefined || issuer === undefined || client === undefined) return { kind: "none" };
  const methods = stored.token_endpoint_auth_methods ?? [];
  const authenticate = clientAuthentication(client, {
    settings: server.settings,
    issuer,
    methods,
  });
  try {
    const endpoint = stored.revocation_endpoint ?? (await findEndpoint(server, issuer));
    if (endpoint === undefined) return { kind: "none" };
    for (const hint of ["refresh_token", "access_token"] as const) {
      const token = tokens[hint];
      if (token === undefined) continue;
      await revoke(new URL(endpoint), { token, hint, authenticate });
    }
    return { kind: "revoked" };
  } catch (error) {
    return { kind: "failed", why: errorMessage(error) };
  }
}

/** As the client that they were issued to; the secret of one from the config is not stored. */
function clientOf(
  { settings }: ProtectedServer,
  { client }: StoredAuthorization,
): ClientRegistration | undefined {
  const { clientId, clientSecret } = settings;
  const isOther = client !== undefined && client.client_id !== clientId;
  if (isOther || clientId === undefined) return client;
  return {
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
  };
}

/** Where an authorization server revokes (RFC 8414), if it does. */
export function revocationEndpoint(
  metadata: AuthorizationServerMetadata | undefined,
): string | undefined {
  // The SDK's type for OpenID Connect metadata does not know it.
  const endpoint: unknown =
    metadata !== undefined && "revocation_endpoint" in metadata
      ? metadata.revocation_endpoint
      : undefined;
  return typeof endpoint === "string" ? endpoint : undefined;
}

/** Older files do not name it; asked of the issuer of these tokens, and of no other. */
async function findEndpoint(server: ProtectedServer, issuer: string): Promise<string | undefined> {
  const { metadata, issuer: found } = await discoverTarget(server, {});
  return found === issuer ? revocationEndpoint(metadata) : undefined;
}

async function revoke(
  endpoint: URL,
  request: {
    readonly token: string;
    readonly hint: string;
    readonly authenticate: ReturnType<typeof clientAuthentication>;
  },
): Promise<void> {
  const headers = new Headers({ Accept: "application/json" });
  const body = new URLSearchParams({ token: request.token, token_type_hint: request.hint });
  await request.authenticate(headers, body, endpoint);
  const response = await authServerFetch(endpoint, { method: "POST", headers, body });
  await response.body?.cancel();
  // RFC 7009 section 2.2: a token that the server does not know is a success, too.
  if (!response.ok) throw new Error(`${endpoint.origin} answered HTTP ${response.status}`);
}
