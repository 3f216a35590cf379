import type { AuthorizationServerMetadata } from "@modelcontextprotocol/client";
import type { McpzipError } from "../core/error.ts";
import { authServerFetch } from "./auth-server-fetch.ts";
import { openCallbackServer, type CallbackServer } from "./callback-server.ts";
import type { Challenge } from "./challenge.ts";
import { clientAuthentication } from "./client-authentication.ts";
import {
  discoverTarget,
  signInError,
  type AuthorizationTarget,
  type ProtectedServer,
} from "./discovery.ts";
import { resolveClient } from "./registration.ts";
import { selectScope } from "./scopes.ts";
import type { ClientRegistration, StoredAuthorization } from "./stored-authorization.ts";
import { toTokens } from "./token-requests.ts";

export interface SignInOptions {
  readonly challenge: Challenge;
  readonly stored: StoredAuthorization | undefined;
  /** Ends the wait for the person. */
  readonly signal: AbortSignal;
}

/** A sign-in that waits for a person to open `url` and agree. */
export interface SignIn {
  readonly url: URL;
  /** What to store; rejects when it was denied, forged, or given up. The callback server is gone by then. */
  readonly finished: Promise<StoredAuthorization>;
}

interface Preparation {
  readonly server: ProtectedServer;
  readonly target: AuthorizationTarget;
  readonly client: ClientRegistration;
  readonly redirectUri: string;
  readonly scope: string | undefined;
}

/**
 * The authorization code flow with PKCE (OAuth 2.1): discovers, listens, registers, and gives the URL to
 * open. Throws AUTH_FAILED when the server cannot be signed in to this way.
 */
export async function startSignIn(
  server: ProtectedServer,
  options: SignInOptions,
): Promise<SignIn> {
  const target = await discoverTarget(server, options.challenge);
  requirePkce(server, target.metadata);
  const callback = await openCallbackServer({
    preferredPort: registeredPort(options.stored),
    fixedPort: server.settings.callbackPort,
  });
  try {
    const preparation = await prepare(server, target, {
      ...options,
      redirectUri: callback.redirectUri,
    });
    return await authorize(preparation, callback, options.signal);
  } catch (error) {
    await callback.close();
    throw error;
  }
}

/** OAuth 2.1 section 7.5.2 and MCP: a server that does not say that it supports PKCE is not to be trusted with a code. */
function requirePkce(
  server: ProtectedServer,
  metadata: AuthorizationServerMetadata | undefined,
): void {
  if (
    metadata === undefined ||
    metadata.code_challenge_methods_supported?.includes("S256") === true
  )
    return;
  throw signInError(server, `${metadata.issuer} does not say that it supports PKCE with S256`);
}

async function prepare(
  server: ProtectedServer,
  target: AuthorizationTarget,
  { challenge, stored, redirectUri }: SignInOptions & { readonly redirectUri: string },
): Promise<Preparation> {
  const granted = stored?.issuer === target.issuer ? stored.tokens?.scope : undefined;
  const scope = selectScope(server, target, { challenged: challenge.scope, granted });
  const client = await resolveClient(server, target, { redirectUri, scope, stored });
  return { server, target, client, redirectUri, scope };
}

async function authorize(
  preparation: Preparation,
  callback: CallbackServer,
  signal: AbortSignal,
): Promise<SignIn> {
  const { startAuthorization } = await import("@modelcontextprotocol/client");
  const { target, client, redirectUri, scope } = preparation;
  const state = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  const { authorizationUrl, codeVerifier } = await startAuthorization(target.issuer, {
    ...(target.metadata !== undefined && { metadata: target.metadata }),
    clientInformation: client,
    redirectUrl: redirectUri,
    state,
    ...(scope !== undefined && { scope }),
    ...(target.resource !== undefined && { resource: target.resource }),
  });
  const finished = finish(preparation, { callback, state, signal, codeVerifier });
  // Whoever started it looks; nobody else has to.
  finished.catch(() => {});
  return { url: authorizationUrl, finished };
}

async function finish(
  preparation: Preparation,
  wait: { callback: CallbackServer; state: string; signal: AbortSignal; codeVerifier: string },
): Promise<StoredAuthorization> {
  try {
    const params = await wait.callback.receive(wait.state, wait.signal);
    return await redeem(preparation, params, wait.codeVerifier);
  } finally {
    await wait.callback.close();
  }
}

/** Checks the redirect (RFC 9207, before anything else is believed) and exchanges its code. */
async function redeem(
  preparation: Preparation,
  params: URLSearchParams,
  codeVerifier: string,
): Promise<StoredAuthorization> {
  const { server, target, client, redirectUri, scope } = preparation;
  await checkIssuer(preparation, params);
  const code = params.get("code");
  if (code === null) throw denied(server, params);
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
    ...(target.resource !== undefined && { resource: target.resource }),
    signed_in_at: Date.now(),
  };
}

function revocationEndpoint(metadata: AuthorizationServerMetadata | undefined): {
  revocation_endpoint?: string;
} {
  const endpoint: unknown =
    metadata !== undefined && "revocation_endpoint" in metadata
      ? metadata.revocation_endpoint
      : undefined;
  return typeof endpoint === "string" ? { revocation_endpoint: endpoint } : {};
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

function denied(server: ProtectedServer, params: URLSearchParams): McpzipError {
  // Only RFC 6749's own words: the description is the authorization server's text, and goes nowhere.
  const code = /^[a-z_]{1,40}$/.exec(params.get("error") ?? "")?.[0] ?? "no code";
  return signInError(server, `the authorization server answered: ${code}`, {
    fix: `call again, or run: mcpzip login ${server.name}`,
  });
}

function registeredPort(stored: StoredAuthorization | undefined): number | undefined {
  const port = Number(URL.parse(stored?.client?.redirect_uri ?? "")?.port ?? "");
  return Number.isInteger(port) && port > 0 ? port : undefined;
}
