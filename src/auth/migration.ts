import { signInError } from "./auth-failure.ts";
import type { Challenge } from "./challenge.ts";
import { discoverTarget, type AuthorizationTarget, type ProtectedServer } from "./discovery.ts";
import type { StoredAuthorization } from "./stored-authorization.ts";

/**
 * Whether a server now names another authorization server than the one that `stored` is of: what is
 * stored is then of no use (MCP authorization, credentials are bound to their issuer). In doubt, as in
 * an outage, it has not moved: renewing where the tokens came from gives nothing away.
 */
export async function hasMoved(
  server: ProtectedServer,
  stored: StoredAuthorization | undefined,
  challenge: Challenge,
): Promise<boolean> {
  if (stored?.issuer === undefined) return false;
  try {
    const { issuer, issuers, metadata } = await discoverTarget(server, challenge);
    return metadata !== undefined && issuer !== stored.issuer && !issuers.includes(stored.issuer);
  } catch {
    // Nothing can be said about where it would be now.
    return false;
  }
}

/** A client that somebody registered by hand is known to one authorization server, and its secret only there. */
export function requireSameIssuer(
  server: ProtectedServer,
  { issuer }: AuthorizationTarget,
  stored: StoredAuthorization | undefined,
): void {
  const { clientId, trustedIssuer } = server.settings;
  const isSameClient = stored?.client === undefined || stored.client.client_id === clientId;
  const former = stored?.issuer;
  if (former === undefined || former === issuer || trustedIssuer === issuer || !isSameClient)
    return;
  const why = `its authorization server is now ${issuer}, and "clientId" was registered with ${former}`;
  throw signInError(server, why, {
    fix: `register a client there and change "oauth": { "clientId": … } of "${server.name}"; if it knows this client too, add "trustedIssuer": "${issuer}"`,
  });
}
