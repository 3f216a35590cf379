import type { OAuthClientMetadata } from "@modelcontextprotocol/client";
import { signInError } from "./auth-failure.ts";
import { authServerFetch } from "./auth-server-fetch.ts";
import type { AuthorizationTarget, ProtectedServer } from "./discovery.ts";
import { knownClient } from "./known-client.ts";
import type { ClientRegistration, StoredAuthorization } from "./stored-authorization.ts";

export const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

export interface DeviceClientOptions {
  readonly scope: string | undefined;
  readonly stored: StoredAuthorization | undefined;
}

/** Registrations are renewed this long before their secret expires. */
const SECRET_MARGIN_SECONDS = 300;

/**
 * The client to ask for a device code as: one from the config, a client ID metadata document, one
 * registered for it before, else a new registration (RFC 7591) with the device grant.
 */
export async function resolveDeviceClient(
  server: ProtectedServer,
  target: AuthorizationTarget,
  options: DeviceClientOptions,
): Promise<ClientRegistration> {
  const known = knownClient(server, target, options.stored);
  return known ?? reusable(target, options) ?? register(server, target, options);
}

/** A registration with a redirect URI was made for the browser, and may not have the device grant. */
function reusable(
  { issuer }: AuthorizationTarget,
  { stored }: DeviceClientOptions,
): ClientRegistration | undefined {
  const client = stored?.client;
  if (client === undefined || stored?.issuer !== issuer || client.redirect_uri !== undefined)
    return undefined;
  const expiresAt = client.client_secret_expires_at ?? 0;
  const isExpiring = expiresAt !== 0 && expiresAt - SECRET_MARGIN_SECONDS < Date.now() / 1000;
  return isExpiring ? undefined : client;
}

async function register(
  server: ProtectedServer,
  { metadata, issuer }: AuthorizationTarget,
  { scope }: DeviceClientOptions,
): Promise<ClientRegistration> {
  if (metadata?.registration_endpoint === undefined) {
    throw signInError(server, `${issuer} does not let clients register themselves`, {
      fix: `register a client there and set "oauth": { "clientId": … } for "${server.name}"`,
    });
  }
  const sdk = await import("@modelcontextprotocol/client");
  try {
    const registered = await sdk.registerClient(issuer, {
      metadata,
      clientMetadata: clientMetadata(metadata.token_endpoint_auth_methods_supported),
      ...(scope !== undefined && { scope }),
      fetchFn: authServerFetch,
    });
    const { client_id, client_secret, client_secret_expires_at, token_endpoint_auth_method } =
      registered;
    return {
      client_id,
      ...(client_secret !== undefined && { client_secret }),
      ...(client_secret_expires_at !== undefined && { client_secret_expires_at }),
      ...(token_endpoint_auth_method !== undefined && { token_endpoint_auth_method }),
    };
  } catch (cause) {
    if (!(cause instanceof sdk.RegistrationRejectedError)) throw cause;
    throw signInError(server, `${issuer} refused to register a client (HTTP ${cause.status})`, {
      fix: `register a client there and set "oauth": { "clientId": … } for "${server.name}"`,
      cause,
    });
  }
}

/** Many servers refuse a registration without a redirect URI, though this grant needs none. */
function clientMetadata(methods: readonly string[] | undefined): OAuthClientMetadata {
  const method = methods === undefined || methods.includes("none") ? "none" : methods[0];
  return {
    client_name: "mcpzip",
    redirect_uris: ["http://127.0.0.1/oauth/callback"],
    grant_types: ["authorization_code", DEVICE_GRANT, "refresh_token"],
    response_types: ["code"],
    application_type: "native",
    ...(method !== undefined && { token_endpoint_auth_method: method }),
  };
}
