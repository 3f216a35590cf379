import type { OAuthClientProvider, OAuthTokens } from "@modelcontextprotocol/client";
import { authServerFetch } from "./auth-server-fetch.ts";
import type { AuthorizationTarget } from "./discovery.ts";
import type { ClientRegistration, Tokens } from "./stored-authorization.ts";

export interface TokenRequest {
  readonly client: ClientRegistration;
  /** The grant and its parameters. */
  readonly params: URLSearchParams;
  readonly addClientAuthentication: NonNullable<OAuthClientProvider["addClientAuthentication"]>;
  readonly signal?: AbortSignal;
}

/** Asks the token endpoint for tokens by a grant that needs no redirect (RFC 6749 section 4.4, RFC 8628). */
export async function requestTokens(
  { issuer, metadata, resource }: AuthorizationTarget,
  { client, params, addClientAuthentication, signal }: TokenRequest,
): Promise<OAuthTokens> {
  const { fetchToken } = await import("@modelcontextprotocol/client");
  const provider: OAuthClientProvider = {
    redirectUrl: undefined,
    clientMetadata: { redirect_uris: [] },
    clientInformation: () => client,
    tokens: () => undefined,
    saveTokens: () => undefined,
    redirectToAuthorization: () => undefined,
    saveCodeVerifier: () => undefined,
    codeVerifier: () => "",
    prepareTokenRequest: () => params,
    addClientAuthentication,
  };
  return fetchToken(provider, issuer, {
    ...(metadata !== undefined && { metadata }),
    ...(resource !== undefined && { resource }),
    fetchFn: (url, init) => authServerFetch(url, signal === undefined ? init : { ...init, signal }),
  });
}

/** The tokens to store for a token endpoint's answer that arrived at `now` (milliseconds). */
export async function toTokens(answer: OAuthTokens, now: number): Promise<Tokens> {
  const expiresAt = await expiryOf(answer, now);
  return {
    access_token: answer.access_token,
    token_type: answer.token_type,
    issued_at: Math.floor(now / 1000),
    ...(answer.refresh_token !== undefined && { refresh_token: answer.refresh_token }),
    ...(answer.scope !== undefined && { scope: answer.scope }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
  };
}

/** From `expires_in`, else from the token's own `exp` when it is a JWT; only ever a hint. */
async function expiryOf(
  { access_token: token, expires_in: seconds }: OAuthTokens,
  now: number,
): Promise<number | undefined> {
  if (seconds !== undefined) return Math.floor(now / 1000) + seconds;
  if (token.split(".").length !== 3) return undefined;
  const { decodeJwt } = await import("jose");
  try {
    return decodeJwt(token).exp;
  } catch {
    // Opaque after all: then only a 401 will tell.
    return undefined;
  }
}
