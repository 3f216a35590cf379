import type { AuthorizationServerMetadata } from "@modelcontextprotocol/client";
import {
  AuthServerUnavailableError,
  authServerFetch,
  InsecureEndpointError,
} from "./auth-server-fetch.ts";
import { clientAuthentication } from "./client-authentication.ts";
import type { ProtectedServer } from "./discovery.ts";
import type { ClientRegistration, StoredAuthorization, Tokens } from "./stored-authorization.ts";
import { toTokens } from "./token-requests.ts";

/** `refused`: the token (or the client) is no longer good, and only a new sign-in helps. */
export type RefreshOutcome =
  | { readonly kind: "refreshed"; readonly tokens: Tokens }
  | { readonly kind: "refused"; readonly isClientGone: boolean }
  | { readonly kind: "impossible" };

/** Errors that pass. The SDK gives `server_error` to what is no OAuth answer at all, too. */
const PASSING: ReadonlySet<string> = new Set(["server_error", "temporarily_unavailable"]);

/**
 * Renews tokens at the token endpoint that issued them, as the client that they were issued to (RFC 6749
 * section 6). Throws AuthServerUnavailableError on an outage, which leaves everything as it is.
 */
export async function refreshTokens(
  server: ProtectedServer,
  stored: StoredAuthorization,
  now: number,
): Promise<RefreshOutcome> {
  const { tokens, issuer, token_endpoint: endpoint } = stored;
  const client = stored.client ?? configuredClient(server);
  if (
    tokens?.refresh_token === undefined ||
    issuer === undefined ||
    endpoint === undefined ||
    client === undefined
  ) {
    return { kind: "impossible" };
  }
  const sdk = await import("@modelcontextprotocol/client");
  const methods = stored.token_endpoint_auth_methods ?? [];
  try {
    const answer = await sdk.refreshAuthorization(issuer, {
      metadata: minimalMetadata(issuer, endpoint),
      clientInformation: client,
      refreshToken: tokens.refresh_token,
      ...(stored.resource !== undefined && { resource: stored.resource }),
      addClientAuthentication: clientAuthentication(client, {
        settings: server.settings,
        issuer,
        methods,
      }),
      fetchFn: authServerFetch,
    });
    const renewed = await toTokens(answer, now);
    return {
      kind: "refreshed",
      tokens: { ...(tokens.scope !== undefined && { scope: tokens.scope }), ...renewed },
    };
  } catch (error) {
    if (error instanceof AuthServerUnavailableError || error instanceof InsecureEndpointError)
      throw error;
    // A page of a proxy's, or half an answer: nothing that the authorization server has said.
    if (!(error instanceof sdk.OAuthError) || PASSING.has(error.code))
      throw new AuthServerUnavailableError(`${new URL(endpoint).origin} gave no usable answer`);
    return outcomeOf(error.code);
  }
}

function outcomeOf(code: string): RefreshOutcome {
  if (code === "invalid_grant") return { kind: "refused", isClientGone: false };
  if (code === "invalid_client" || code === "unauthorized_client")
    return { kind: "refused", isClientGone: true };
  return { kind: "impossible" };
}

function configuredClient({ settings }: ProtectedServer): ClientRegistration | undefined {
  if (settings.clientId === undefined) return undefined;
  const { clientId, clientSecret } = settings;
  return {
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
  };
}

/** What the SDK needs of the metadata for a refresh; the rest is not ours to ask for again. */
function minimalMetadata(issuer: string, tokenEndpoint: string): AuthorizationServerMetadata {
  return {
    issuer,
    token_endpoint: tokenEndpoint,
    authorization_endpoint: tokenEndpoint,
    response_types_supported: ["code"],
  };
}
