import { isRecord } from "../core/tool.ts";
import { isSecure } from "../platform/loopback.ts";
import { signInError } from "./auth-failure.ts";
import { authServerFetch, readJson } from "./auth-server-fetch.ts";
import { clientAuthentication } from "./client-authentication.ts";
import { DEVICE_GRANT } from "./device-client.ts";
import type { AuthorizationTarget, ProtectedServer } from "./discovery.ts";
import type { ClientRegistration } from "./stored-authorization.ts";

/** Who asks for a code, and for what. */
export interface DevicePreparation {
  readonly server: ProtectedServer;
  readonly target: AuthorizationTarget;
  readonly client: ClientRegistration;
  readonly scope: string | undefined;
}

/** What a person needs to agree, and we to learn that they have. */
export interface DeviceCode {
  readonly verificationUri: URL;
  /** The same with the code in it. */
  readonly verificationUriComplete: URL | undefined;
  readonly userCode: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly deviceCode: string;
  readonly intervalMs: number;
}

/** RFC 8628 section 3.2. */
const DEFAULT_INTERVAL_SECONDS = 5;
const MAX_LIFE_SECONDS = 30 * 60;

/** Where to ask for a code. Throws AUTH_FAILED when the authorization server does not offer it. */
export function deviceEndpoint(
  server: ProtectedServer,
  { metadata, issuer }: AuthorizationTarget,
): URL {
  const offered: unknown =
    metadata !== undefined && "device_authorization_endpoint" in metadata
      ? metadata.device_authorization_endpoint
      : undefined;
  const endpoint = typeof offered === "string" ? URL.parse(offered) : null;
  const grants = metadata?.grant_types_supported;
  if (endpoint !== null && (grants === undefined || grants.includes(DEVICE_GRANT))) return endpoint;
  throw signInError(server, `${issuer} does not offer the device authorization grant`, {
    fix: `mcpzip login ${server.name} --no-browser`,
  });
}

/** Asks for a code (RFC 8628 section 3.1). Throws AUTH_FAILED when none is given. */
export async function fetchDeviceCode(
  preparation: DevicePreparation,
  endpoint: URL,
  { clock, signal }: { readonly clock: { now(): number }; readonly signal: AbortSignal },
): Promise<DeviceCode> {
  const { server, target, scope } = preparation;
  const headers = new Headers({ Accept: "application/json" });
  const body = new URLSearchParams({
    ...(scope !== undefined && { scope }),
    ...(target.resource !== undefined && { resource: target.resource }),
  });
  await deviceAuthentication(preparation)(headers, body, endpoint);
  const response = await authServerFetch(endpoint, { method: "POST", headers, body, signal });
  const json = await readJson(response);
  const code = response.ok && isRecord(json) ? readDeviceCode(json, clock.now()) : undefined;
  if (code !== undefined) return code;
  const word = isRecord(json) ? errorWord(json.error) : undefined;
  throw signInError(
    server,
    `${target.issuer} gave no device code: ${word ?? `HTTP ${response.status}`}`,
  );
}

function readDeviceCode(json: Record<string, unknown>, now: number): DeviceCode | undefined {
  // "verification_url" is what Google called it before the RFC.
  const page = pageUrl(json.verification_uri ?? json.verification_url);
  const { device_code: deviceCode, user_code: userCode } = json;
  if (typeof deviceCode !== "string" || typeof userCode !== "string" || page === undefined)
    return undefined;
  const life = positive(json.expires_in) ?? MAX_LIFE_SECONDS;
  return {
    deviceCode,
    // It is shown in a terminal, and whoever sent it must not move the cursor there.
    userCode: userCode.replace(/[^\x20-\x7e]/g, ""),
    verificationUri: page,
    verificationUriComplete: pageUrl(json.verification_uri_complete),
    expiresAt: now + Math.min(life, MAX_LIFE_SECONDS) * 1000,
    intervalMs: (positive(json.interval) ?? DEFAULT_INTERVAL_SECONDS) * 1000,
  };
}

/** A page for a person: https, or on this machine. */
function pageUrl(value: unknown): URL | undefined {
  const url = typeof value === "string" ? URL.parse(value) : null;
  return url !== null && isSecure(url) ? url : undefined;
}

/** Proves to either endpoint who we are. */
export function deviceAuthentication({ server, target, client }: DevicePreparation) {
  const methods = target.metadata?.token_endpoint_auth_methods_supported ?? [];
  const { issuer } = target;
  return clientAuthentication(client, { settings: server.settings, issuer, methods });
}

/** Only the RFCs' own words: anything else is the authorization server's text, and goes nowhere. */
export function errorWord(code: unknown): string | undefined {
  return typeof code === "string" ? /^[a-z_]{1,40}$/.exec(code)?.[0] : undefined;
}

function positive(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}
