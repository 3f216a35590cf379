import type {
  AuthorizationServerMetadata,
  OAuthClientMetadata,
} from "@modelcontextprotocol/client";
import { signInError } from "./auth-failure.ts";
import { authServerFetch } from "./auth-server-fetch.ts";
import type { AuthorizationTarget, ProtectedServer } from "./discovery.ts";
import { covers } from "./scopes.ts";
import { knownClient } from "./known-client.ts";
import type { ClientRegistration, StoredAuthorization } from "./stored-authorization.ts";

export interface RegistrationOptions {
  readonly redirectUri: string;
  readonly scope: string | undefined;
  readonly stored: StoredAuthorization | undefined;
}

/** Registrations are renewed this long before their secret expires. */
const SECRET_MARGIN_SECONDS = 300;

/**
 * The client to sign in as, in the specification's order: one from the config, a client ID metadata
 * document, one registered before with the same server and redirect URI, a new registration (RFC 7591).
 */
export async function resolveClient(
  server: ProtectedServer,
  target: AuthorizationTarget,
  options: RegistrationOptions,
): Promise<ClientRegistration> {
  const known = knownClient(server, target, options.stored);
  return known ?? reusable(target, options) ?? register(server, target, options);
}

function reusable(
  { issuer }: AuthorizationTarget,
  { stored, redirectUri, scope }: RegistrationOptions,
): ClientRegistration | undefined {
  const client = stored?.client;
  if (client === undefined || stored?.issuer !== issuer || client.redirect_uri !== redirectUri)
    return undefined;
  // Strict servers hold a client to the scopes that it registered with: a step-up needs another.
  if (client.scope !== undefined && !covers(client.scope, scope)) return undefined;
  const expiresAt = client.client_secret_expires_at ?? 0;
  const isExpiring = expiresAt !== 0 && expiresAt - SECRET_MARGIN_SECONDS < Date.now() / 1000;
  return isExpiring ? undefined : client;
}

async function register(
  server: ProtectedServer,
  target: AuthorizationTarget,
  { redirectUri, scope }: RegistrationOptions,
): Promise<ClientRegistration> {
  if (target.metadata !== undefined && target.metadata.registration_endpoint === undefined) {
    throw signInError(server, `${target.issuer} does not let clients register themselves`, {
      fix: `register a client there and set "oauth": { "clientId": …, "callbackPort": … } for "${server.name}"`,
    });
  }
  const metadata = clientMetadata(redirectUri, target.metadata);
  try {
    return await registerAs(metadata, { target, scope, redirectUri });
  } catch (error) {
    const { RegistrationRejectedError } = await import("@modelcontextprotocol/client");
    if (!(error instanceof RegistrationRejectedError)) throw error;
    // Some servers refuse what they do not know; application_type is the newest of our fields.
    const { application_type: _dropped, ...plain } = metadata;
    return registerAs(plain, { target, scope, redirectUri });
  }
}

async function registerAs(
  metadata: OAuthClientMetadata,
  {
    target,
    scope,
    redirectUri,
  }: { target: AuthorizationTarget; scope: string | undefined; redirectUri: string },
): Promise<ClientRegistration> {
  const { registerClient } = await import("@modelcontextprotocol/client");
  const registered = await registerClient(target.issuer, {
    ...(target.metadata !== undefined && { metadata: target.metadata }),
    clientMetadata: metadata,
    ...(scope !== undefined && { scope }),
    fetchFn: authServerFetch,
  });
  return {
    client_id: registered.client_id,
    redirect_uri: redirectUri,
    ...(registered.scope !== undefined && { scope: registered.scope }),
    ...(registered.client_secret !== undefined && { client_secret: registered.client_secret }),
    ...(registered.client_secret_expires_at !== undefined && {
      client_secret_expires_at: registered.client_secret_expires_at,
    }),
    ...(registered.token_endpoint_auth_method !== undefined && {
      token_endpoint_auth_method: registered.token_endpoint_auth_method,
    }),
  };
}

function clientMetadata(
  redirectUri: string,
  metadata: AuthorizationServerMetadata | undefined,
): OAuthClientMetadata {
  const methods = metadata?.token_endpoint_auth_methods_supported;
  const method = methods === undefined || methods.includes("none") ? "none" : methods[0];
  return {
    client_name: "mcpzip",
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    application_type: "native",
    ...(method !== undefined && { token_endpoint_auth_method: method }),
  };
}
