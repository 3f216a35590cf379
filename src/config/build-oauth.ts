import type { OAuthSettings } from "../core/oauth-settings.ts";
import { isSecure } from "../platform/loopback.ts";
import type { OAuthEntry, RemoteEntry } from "./checked-file.ts";
import { type Place, reportAt } from "./place.ts";

/** How to sign in to a server whose variables are filled in; undefined where OAuth is off. */
export function createOAuth(
  { headers, oauth }: RemoteEntry,
  place: Place,
): OAuthSettings | undefined {
  if (hasHeaders(headers)) {
    // `false` says what holds anyway.
    if (oauth !== undefined && oauth !== false) warnIgnored(place);
    return undefined;
  }
  if (oauth === false) return undefined;
  if (oauth === undefined || oauth === true) return { interactive: "auto" };
  const settings = createSettings(oauth);
  checkAddress("clientMetadataUrl", { address: settings.clientMetadataUrl, place });
  checkAddress("authServerMetadataUrl", { address: settings.authServerMetadataUrl, place });
  if (settings.grantType === "client_credentials") checkClientCredentials(settings, place);
  return settings;
}

/** With headers of its own a server gets no token: whoever wrote them has settled how to sign in. */
export function hasHeaders(headers: RemoteEntry["headers"]): boolean {
  return headers !== undefined && Object.keys(headers).length > 0;
}

/** A text that an empty variable has left empty counts as not given. */
function createSettings(oauth: OAuthEntry): OAuthSettings {
  const { clientId, clientSecret, clientMetadataUrl, callbackPort, resource } = oauth;
  const { authServerMetadataUrl, trustedIssuer, grantType, privateKey, signingAlgorithm } = oauth;
  const scopes = scopeText(oauth.scopes);
  return {
    ...(clientId && { clientId }),
    ...(clientSecret && { clientSecret }),
    ...(clientMetadataUrl && { clientMetadataUrl }),
    ...(callbackPort && { callbackPort }),
    ...(scopes && { scopes }),
    ...(resource && { resource }),
    ...(authServerMetadataUrl && { authServerMetadataUrl }),
    ...(trustedIssuer && { trustedIssuer }),
    ...(grantType && { grantType }),
    ...(privateKey && { privateKey }),
    ...(signingAlgorithm && { signingAlgorithm }),
    interactive: oauth.interactive ?? "auto",
  };
}

function scopeText(scopes: OAuthEntry["scopes"]): string {
  const text = typeof scopes === "string" ? scopes : (scopes ?? []).join(" ");
  return text.trim();
}

/** Never shows the address: a variable in it may hold a secret. */
function checkAddress(
  key: "clientMetadataUrl" | "authServerMetadataUrl",
  { address, place }: { address: string | undefined; place: Place },
): void {
  if (address === undefined || isSecureAddress(address)) return;
  const message = `oauth.${key} is not an https:// address`;
  const fix = "write it in full, with https://; http:// is for addresses of this machine only";
  reportAt(place, { path: ["oauth", key], part: "value", message, fix });
}

function isSecureAddress(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && isSecure(url);
}

function checkClientCredentials(
  { clientId, clientSecret, privateKey }: OAuthSettings,
  place: Place,
): void {
  const report = (lack: string, fix: string) => {
    const message = `oauth.grantType "client_credentials" needs ${lack}`;
    reportAt(place, { path: ["oauth", "grantType"], part: "value", message, fix });
  };
  if (clientId === undefined) report("a clientId", 'add "clientId" to oauth');
  if (clientSecret !== undefined || privateKey !== undefined) return;
  report("a clientSecret or a privateKey", 'add "clientSecret" or "privateKey" to oauth');
}

function warnIgnored(place: Place): void {
  reportAt(place, {
    severity: "warning",
    path: ["oauth"],
    part: "key",
    message: '"oauth" is ignored because "headers" are set',
    fix: 'remove "oauth"; or remove "headers", to sign in with OAuth',
  });
}
