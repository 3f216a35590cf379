import type { AuthorizationTarget, ProtectedServer } from "./discovery.ts";
import { requireSameIssuer } from "./migration.ts";
import type { ClientRegistration, StoredAuthorization } from "./stored-authorization.ts";

/**
 * The client that needs no registration: one from the config, else a client ID metadata document where
 * the server takes them. Throws AUTH_FAILED when the configured one belongs to another issuer.
 */
export function knownClient(
  server: ProtectedServer,
  target: AuthorizationTarget,
  stored: StoredAuthorization | undefined,
): ClientRegistration | undefined {
  const { clientId, clientSecret, clientMetadataUrl } = server.settings;
  if (clientId !== undefined) {
    requireSameIssuer(server, target, stored);
    return {
      client_id: clientId,
      ...(clientSecret !== undefined && { client_secret: clientSecret }),
    };
  }
  const takesDocuments = target.metadata?.client_id_metadata_document_supported === true;
  if (clientMetadataUrl === undefined || !takesDocuments) return undefined;
  return { client_id: clientMetadataUrl, token_endpoint_auth_method: "none" };
}
