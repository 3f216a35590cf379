import { signInError } from "./auth-failure.ts";
import type { Challenge } from "./challenge.ts";
import { clientAuthentication } from "./client-authentication.ts";
import { discoverTarget, type ProtectedServer } from "./discovery.ts";
import { requireSameIssuer } from "./migration.ts";
import { selectScope } from "./scopes.ts";
import type { StoredAuthorization } from "./stored-authorization.ts";
import { requestTokens, toTokens } from "./token-requests.ts";

/** Gets a token without any person (RFC 6749 section 4.4), by the client's secret or a signed assertion. */
export async function fetchClientCredentials(
  server: ProtectedServer,
  {
    challenge,
    stored,
  }: { readonly challenge: Challenge; readonly stored: StoredAuthorization | undefined },
): Promise<StoredAuthorization> {
  const { clientId, clientSecret } = server.settings;
  if (clientId === undefined) {
    throw signInError(server, '"grantType": "client_credentials" needs "clientId"', {
      fix: `add "clientId" to "oauth" of "${server.name}"`,
    });
  }
  const target = await discoverTarget(server, challenge);
  requireSameIssuer(server, target, stored);
  const client = {
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
  };
  const methods = target.metadata?.token_endpoint_auth_methods_supported ?? [];
  const addClientAuthentication = clientAuthentication(client, {
    settings: server.settings,
    issuer: target.issuer,
    methods,
  });
  const scope = selectScope(server, target, { challenged: challenge.scope, granted: undefined });
  const params = new URLSearchParams({
    grant_type: "client_credentials",
    ...(scope !== undefined && { scope }),
  });
  const answer = await requestTokens(target, { client, params, addClientAuthentication });
  return {
    server_url: server.url.href,
    tokens: await toTokens(answer, Date.now()),
    issuer: target.issuer,
    // Without the secret, which belongs to the config: it says whose issuer this is.
    client: { client_id: clientId },
    signed_in_at: Date.now(),
    ...(target.resource !== undefined && { resource: target.resource }),
  };
}
