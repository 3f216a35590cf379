import { refusal, signInError } from "./auth-failure.ts";
import { authServerFetch } from "./auth-server-fetch.ts";
import { clientAuthentication } from "./client-authentication.ts";
import type { AuthorizationTarget, ProtectedServer } from "./discovery.ts";
import type { ClientRegistration, StoredAuthorization } from "./stored-authorization.ts";
import { toTokens } from "./token-requests.ts";

/** What a sign-in asks for, and as whom. */
export interface Preparation {
  readonly server: ProtectedServer;
  readonly target: AuthorizationTarget;
  readonly client: ClientRegistration;
  readonly redirectUri: string;
  readonly scope: string | undefined;
}

/** Checks the redirect (RFC 9207, before anything else is believed) and exchanges its code. */
export async function redeem(
  preparation: Preparation,
  params: URLSearchParams,
  codeVerifier: string,
): Promise<StoredAuthorization> {
  const { server, target, client, redirectUri, scope } = preparation;
  await checkIssuer(preparation, params);
  const code = params.get("code");
  if (code === null) throw refusal(server, params.get("error") ?? "");
  const sdk = await import("@modelcontextprotocol/client");
  const methods = target.metadata?.token_endpoint_auth_methods_supported ?? [];
  const answer = await sdk.exchangeAuthorization(target.issuer, {
    ...(target.metadata !== undefined && { metadata: target.metadata }),
    clientInformation: client,
    authorizationCode: code,
    codeVerifier,
    redirectUri,
    ...issuerParam(params),
    ...(target.resource !== undefined && { resource: target.resource }),
    addClientAuthentication: clientAuthentication(client, {
      settings: server.settings,
      issuer: target.issuer,
      methods,
    }),
    fetchFn: authServerFetch,
  });
  const tokens = await toTokens(answer, Date.now());
  return {
    server_url: server.url.href,
    tokens: { ...(scope !== undefined && { scope }), ...tokens },
    client,
    issuer: target.issuer,
    token_endpoint: target.metadata?.token_endpoint ?? new URL("/token", target.issuer).href,
    token_endpoint_auth_methods: methods,
    ...revocationEndpoint(target.metadata),
    ...(scope !== undefined && { requested_scope: scope }),
    ...(target.resource !== undefined && { resource: target.resource }),
    signed_in_at: Date.now(),
  };
}

/** The SDK's type for OpenID Connect's metadata does not know it. */
function revocationEndpoint(metadata: object = {}): { revocation_endpoint?: string } {
  const isThere =
    "revocation_endpoint" in metadata && typeof metadata.revocation_endpoint === "string";
  return isThere ? { revocation_endpoint: String(metadata.revocation_endpoint) } : {};
}

async function checkIssuer(
  { server, target }: Preparation,
  params: URLSearchParams,
): Promise<void> {
  const { validateAuthorizationResponseIssuer } = await import("@modelcontextprotocol/client");
  try {
    validateAuthorizationResponseIssuer({
      iss: params.get("iss") ?? undefined,
      expectedIssuer: target.issuer,
      issParameterSupported:
        target.metadata?.authorization_response_iss_parameter_supported === true,
    });
  } catch (cause) {
    throw signInError(
      server,
      "the answer came from another authorization server than the one asked",
      { cause },
    );
  }
}

function issuerParam(params: URLSearchParams): { iss?: string } {
  const iss = params.get("iss");
  return iss === null ? {} : { iss };
}
