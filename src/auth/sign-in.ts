import type { AuthorizationServerMetadata } from "@modelcontextprotocol/client";
import { errorMessage } from "../core/error.ts";
import { signInError } from "./auth-failure.ts";
import { requireSecure } from "./auth-server-fetch.ts";
import { openCallbackServer, type CallbackServer } from "./callback-server.ts";
import type { Challenge } from "./challenge.ts";
import { discoverTarget, type AuthorizationTarget, type ProtectedServer } from "./discovery.ts";
import { redeem, type Preparation } from "./redeem.ts";
import { resolveClient } from "./registration.ts";
import { selectScope } from "./scopes.ts";
import type { StoredAuthorization } from "./stored-authorization.ts";

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
  const callback = await listen(server, options.stored);
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

async function listen(
  server: ProtectedServer,
  stored: StoredAuthorization | undefined,
): Promise<CallbackServer> {
  const { callbackPort: fixedPort } = server.settings;
  try {
    return await openCallbackServer({ preferredPort: registeredPort(stored), fixedPort });
  } catch (cause) {
    if (fixedPort === undefined) throw cause;
    throw signInError(server, `port ${fixedPort} cannot be listened on: ${errorMessage(cause)}`, {
      fix: `end the program that uses the port, or change "oauth": { "callbackPort": ${fixedPort} } of "${server.name}"`,
      cause,
    });
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
  requireSecure(authorizationUrl);
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

function registeredPort(stored: StoredAuthorization | undefined): number | undefined {
  const port = Number(URL.parse(stored?.client?.redirect_uri ?? "")?.port ?? "");
  return Number.isInteger(port) && port > 0 ? port : undefined;
}
