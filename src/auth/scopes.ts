import type { AuthorizationTarget, ProtectedServer } from "./discovery.ts";

/**
 * The scope to ask for, by the MCP specification's order: what the config pins, what the server's
 * challenge names, what its metadata offers, none. `granted` is kept when more is asked for (step-up),
 * and `offline_access` is added where it is offered, since without it many servers give no refresh token.
 */
export function selectScope(
  { settings }: ProtectedServer,
  target: AuthorizationTarget,
  asked: { readonly challenged: string | undefined; readonly granted: string | undefined },
): string | undefined {
  const wanted = settings.scopes ?? asked.challenged ?? target.resourceScopes?.join(" ");
  const scopes = new Set([...words(asked.granted), ...words(wanted)]);
  const isOffered = target.metadata?.scopes_supported?.includes("offline_access") === true;
  // Without a person there is nothing to be offline from, and strict servers refuse it.
  const isPersonal = settings.grantType !== "client_credentials";
  if (isOffered && isPersonal && settings.scopes === undefined) scopes.add("offline_access");
  return scopes.size === 0 ? undefined : [...scopes].join(" ");
}

/** Whether every scope asked for has been granted already. */
export function covers(granted: string | undefined, asked: string | undefined): boolean {
  const have = new Set(words(granted));
  return words(asked).every((scope) => have.has(scope));
}

function words(scope: string | undefined): string[] {
  return scope?.split(/\s+/).filter((word) => word !== "") ?? [];
}
