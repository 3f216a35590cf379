import type { OAuthTokens } from "@modelcontextprotocol/client";
import { signInError } from "./auth-failure.ts";
import { AuthServerUnavailableError } from "./auth-server-fetch.ts";
import type { Challenge } from "./challenge.ts";
import {
  deviceAuthentication,
  deviceEndpoint,
  errorWord,
  fetchDeviceCode,
  type DeviceCode,
  type DevicePreparation,
} from "./device-authorization.ts";
import { DEVICE_GRANT, resolveDeviceClient } from "./device-client.ts";
import { discoverTarget, type ProtectedServer } from "./discovery.ts";
import { revocationEndpoint } from "./revocation.ts";
import { selectScope } from "./scopes.ts";
import type { StoredAuthorization } from "./stored-authorization.ts";
import { requestTokens, toTokens } from "./token-requests.ts";

export interface DeviceClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects with the signal's reason when that fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface DeviceOptions {
  readonly challenge: Challenge;
  readonly stored: StoredAuthorization | undefined;
  readonly signal: AbortSignal;
  readonly clock: DeviceClock;
}

/** A sign-in that waits for a person to enter its code, on any device. */
export interface DeviceSignIn {
  readonly code: DeviceCode;
  /** What to store; rejects with AUTH_FAILED when it was denied or has expired. */
  readonly finished: Promise<StoredAuthorization>;
}

/** RFC 8628 section 3.5. */
const SLOW_DOWN_MS = 5000;
/** Between two attempts at an authorization server that is down. */
const MAX_WAIT_MS = 60_000;

/**
 * The device authorization grant (RFC 8628): asks for a code, and polls until the person has agreed
 * elsewhere. Throws AUTH_FAILED when the authorization server does not offer it.
 */
export async function startDeviceSignIn(
  server: ProtectedServer,
  options: DeviceOptions,
): Promise<DeviceSignIn> {
  const target = await discoverTarget(server, options.challenge);
  const endpoint = deviceEndpoint(server, target);
  const granted =
    options.stored?.issuer === target.issuer ? options.stored.tokens?.scope : undefined;
  const scope = selectScope(server, target, { challenged: options.challenge.scope, granted });
  const client = await resolveDeviceClient(server, target, { scope, stored: options.stored });
  const preparation = { server, target, client, scope };
  const code = await fetchDeviceCode(preparation, endpoint, options);
  const finished = poll(preparation, code, options);
  // Whoever started it looks; nobody else has to.
  finished.catch(() => {});
  return { code, finished };
}

async function poll(
  preparation: DevicePreparation,
  { deviceCode, expiresAt, intervalMs }: DeviceCode,
  { clock, signal }: DeviceOptions,
): Promise<StoredAuthorization> {
  let waitMs = intervalMs;
  for (;;) {
    await clock.sleep(waitMs, signal);
    if (clock.now() >= expiresAt) throw expired(preparation.server);
    const outcome = await ask(preparation, deviceCode, signal);
    if (typeof outcome !== "string") return toAuthorization(preparation, outcome, clock.now());
    switch (outcome) {
      case "authorization_pending":
        break;
      case "slow_down":
        waitMs += SLOW_DOWN_MS;
        break;
      case "temporarily_unavailable":
      case "unreachable":
        waitMs = Math.min(2 * waitMs, MAX_WAIT_MS);
        break;
      case "expired_token":
        throw expired(preparation.server);
      default:
        throw signInError(preparation.server, `the authorization server answered: ${outcome}`, {
          fix: `mcpzip login ${preparation.server.name} --device`,
        });
    }
  }
}

/** The tokens, or RFC 8628's (section 3.5) or RFC 6749's word for why there are none. */
async function ask(
  preparation: DevicePreparation,
  deviceCode: string,
  signal: AbortSignal,
): Promise<OAuthTokens | string> {
  const { target, client } = preparation;
  const sdk = await import("@modelcontextprotocol/client");
  const params = new URLSearchParams({ grant_type: DEVICE_GRANT, device_code: deviceCode });
  const addClientAuthentication = deviceAuthentication(preparation);
  try {
    return await requestTokens(target, { client, params, addClientAuthentication, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AuthServerUnavailableError) return "unreachable";
    if (!(error instanceof sdk.OAuthError)) throw error;
    // The SDK gives this code to what is no OAuth answer at all, too.
    return error.code === "server_error" ? "unreachable" : (errorWord(error.code) ?? "an error");
  }
}

async function toAuthorization(
  { server, target, client, scope }: DevicePreparation,
  answer: OAuthTokens,
  now: number,
): Promise<StoredAuthorization> {
  const { metadata } = target;
  const tokens = await toTokens(answer, now);
  const revocation = revocationEndpoint(metadata);
  return {
    server_url: server.url.href,
    tokens: { ...(scope !== undefined && { scope }), ...tokens },
    client,
    issuer: target.issuer,
    ...(metadata !== undefined && { token_endpoint: metadata.token_endpoint }),
    token_endpoint_auth_methods: metadata?.token_endpoint_auth_methods_supported ?? [],
    ...(revocation !== undefined && { revocation_endpoint: revocation }),
    ...(target.resource !== undefined && { resource: target.resource }),
    ...(scope !== undefined && { requested_scope: scope }),
    signed_in_at: now,
  };
}

function expired(server: ProtectedServer) {
  return signInError(server, "the code has expired before anybody entered it", {
    fix: `mcpzip login ${server.name} --device`,
  });
}
