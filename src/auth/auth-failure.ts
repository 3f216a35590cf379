import { McpzipError } from "../core/error.ts";
import { AuthServerUnavailableError, InsecureEndpointError } from "./auth-server-fetch.ts";
import type { ProtectedServer } from "./discovery.ts";

export function signInError(
  server: ProtectedServer,
  why: string,
  facts: { readonly fix?: string; readonly cause?: unknown } = {},
): McpzipError {
  const message = `signing in to server "${server.name}" failed`;
  return new McpzipError("AUTH_FAILED", message, { server: server.name, why, ...facts });
}

/** `url`: where to sign in, when a sign-in waits for it. */
export function signInRequired(server: ProtectedServer, url: URL | undefined): McpzipError {
  return new McpzipError("AUTH_REQUIRED", `server "${server.name}" needs you to sign in`, {
    server: server.name,
    why: `${server.url.origin} answered 401 and there is no token that it accepts`,
    fix:
      url === undefined
        ? `mcpzip login ${server.name}`
        : `open this page in a browser, sign in, and call again: ${url.href}`,
    url: url?.href,
  });
}

/** An outage: what is stored stays as it is, and nobody is asked for anything. */
export function unavailable(server: ProtectedServer, why: string, cause?: unknown): McpzipError {
  const message = `the sign-in of server "${server.name}" cannot be renewed just now`;
  return new McpzipError("AUTH_UNAVAILABLE", message, {
    server: server.name,
    why,
    fix: "try again in a moment; nothing has been lost",
    cause,
  });
}

/**
 * Whatever a sign-in or a renewal threw, as an error of ours. Of an authorization server's answer it
 * keeps the registered code only: the rest is a stranger's text and may repeat a code or a token.
 */
export async function toAuthFailure(
  server: ProtectedServer,
  thrown: unknown,
): Promise<McpzipError> {
  if (thrown instanceof McpzipError) return thrown;
  if (thrown instanceof AuthServerUnavailableError)
    return unavailable(server, thrown.message, thrown);
  if (thrown instanceof InsecureEndpointError) {
    return signInError(server, `${thrown.message}, so nothing secret is sent there`);
  }
  const { OAuthError, RegistrationRejectedError } = await import("@modelcontextprotocol/client");
  if (thrown instanceof RegistrationRejectedError) {
    return signInError(server, `its authorization server refused to register mcpzip`, {
      fix: `register a client there and set "oauth": { "clientId": …, "callbackPort": … } for "${server.name}"`,
    });
  }
  if (thrown instanceof OAuthError) return refusal(server, thrown.code);
  if (thrown instanceof Error && thrown.name === "TimeoutError")
    return signInError(server, "nobody finished it in time", {
      fix: `call again, or run: mcpzip login ${server.name}`,
    });
  return signInError(server, "its authorization server's answer makes no sense");
}

/** What the authorization server answered, by its code (RFC 6749 sections 4.1.2.1 and 5.2). */
export function refusal(server: ProtectedServer, code: string): McpzipError {
  const known = /^[a-z_]{1,40}$/.exec(code)?.[0] ?? "no code";
  const isAboutClient = known === "invalid_client" || known === "unauthorized_client";
  return signInError(server, `the authorization server answered: ${known}`, {
    fix:
      isAboutClient && server.settings.clientId !== undefined
        ? `check "clientId", "clientSecret" and "privateKey" in "oauth" of "${server.name}"`
        : `call again, or run: mcpzip login ${server.name}`,
  });
}
