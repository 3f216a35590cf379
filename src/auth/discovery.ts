import type { AuthorizationServerMetadata } from "@modelcontextprotocol/client";
import type { OAuthSettings } from "../core/oauth-settings.ts";
import { isRecord } from "../core/tool.ts";
import { signInError } from "./auth-failure.ts";
import { authServerFetch, readJson } from "./auth-server-fetch.ts";
import type { Challenge } from "./challenge.ts";

/** A remote server that may want a sign-in. */
export interface ProtectedServer {
  readonly name: string;
  readonly url: URL;
  readonly settings: OAuthSettings;
}

/** Equal for the same server with the same settings only. */
export function identityOf({ name, url, settings }: ProtectedServer): string {
  return JSON.stringify([name, url.href, settings]);
}

/** Where to sign in to a server, and for what. */
export interface AuthorizationTarget {
  /** The authorization server's identifier. */
  readonly issuer: string;
  /** All that the server names, of which this is one; none when it names none. */
  readonly issuers: readonly string[];
  /** Undefined for a server of 2025-03-26 that publishes none: its endpoints have default paths. */
  readonly metadata: AuthorizationServerMetadata | undefined;
  /** The resource indicator to send (RFC 8707), if any. */
  readonly resource: string | undefined;
  /** What the resource offers (RFC 9728 `scopes_supported`). */
  readonly resourceScopes: readonly string[] | undefined;
}

interface ResourceMetadata {
  readonly resource: string | undefined;
  readonly authorizationServers: readonly string[];
  readonly scopes: readonly string[] | undefined;
}

/**
 * Finds the authorization server of a protected server: RFC 9728 metadata, then RFC 8414 or OpenID
 * Connect metadata, in the order of the MCP authorization specification. Throws
 * AuthServerUnavailableError on an outage: only a 404 means that there is no metadata.
 */
export async function discoverTarget(
  server: ProtectedServer,
  challenge: Challenge,
): Promise<AuthorizationTarget> {
  const resource = await fetchResourceMetadata(server, challenge);
  if (resource !== undefined) checkResource(server, resource);
  const { metadata, issuer } = await fetchServerMetadata(server, resource);
  return {
    issuer,
    issuers: resource?.authorizationServers ?? [],
    metadata,
    resource: resourceIndicator(server, resource),
    resourceScopes: resource?.scopes,
  };
}

async function fetchResourceMetadata(
  { url }: ProtectedServer,
  { resourceMetadataUrl }: Challenge,
): Promise<ResourceMetadata | undefined> {
  const wellKnown = "/.well-known/oauth-protected-resource";
  const path = url.pathname === "/" ? "" : url.pathname.replace(/\/$/, "");
  const places = [
    ...(resourceMetadataUrl === undefined ? [] : [resourceMetadataUrl]),
    new URL(`${wellKnown}${path}${url.search}`, url),
    new URL(wellKnown, url),
  ];
  for (const place of new Set(places.map((each) => each.href))) {
    const json = await fetchDocument(place);
    if (json === undefined) continue;
    return {
      resource: typeof json.resource === "string" ? json.resource : undefined,
      authorizationServers: strings(json.authorization_servers) ?? [],
      scopes: strings(json.scopes_supported),
    };
  }
  return undefined;
}

/** Metadata of another resource must not be followed: it may lead a token for that one to this server. */
function checkResource(server: ProtectedServer, { resource }: ResourceMetadata): void {
  if (resource === undefined || server.settings.resource !== undefined) return;
  const named = URL.parse(resource);
  const isOurs =
    named !== null &&
    named.origin === server.url.origin &&
    withSlash(server.url.pathname).startsWith(withSlash(named.pathname));
  if (isOurs) return;
  throw signInError(server, `its metadata is for another resource, ${resource}`, {
    fix: `if that is right, set "oauth": { "resource": "${resource}" } for "${server.name}"`,
  });
}

function resourceIndicator(
  { url, settings }: ProtectedServer,
  metadata: ResourceMetadata | undefined,
): string | undefined {
  if (settings.resource === "none") return undefined;
  return settings.resource ?? metadata?.resource ?? canonicalUrl(url);
}

/** RFC 8707: without fragment; MCP: without a slash that is all of the path. */
function canonicalUrl(url: URL): string {
  const canonical = new URL(url);
  canonical.hash = "";
  return canonical.pathname === "/" && canonical.search === "" ? canonical.origin : canonical.href;
}

async function fetchServerMetadata(
  server: ProtectedServer,
  resource: ResourceMetadata | undefined,
): Promise<{ metadata: AuthorizationServerMetadata | undefined; issuer: string }> {
  const { buildDiscoveryUrls } = await import("@modelcontextprotocol/client");
  const { authServerMetadataUrl } = server.settings;
  const candidates = resource?.authorizationServers ?? [];
  // MCP 2025-03-26: a server without resource metadata is its own authorization server.
  const identifiers = candidates.length > 0 ? candidates : [server.url.origin];
  for (const identifier of identifiers) {
    const places =
      authServerMetadataUrl === undefined
        ? buildDiscoveryUrls(identifier).map(({ url }) => url.href)
        : [authServerMetadataUrl];
    const metadata = await firstUsableMetadata(places);
    if (metadata === undefined) continue;
    if (candidates.length > 0) checkIssuer(server, identifier, metadata.issuer);
    return { metadata, issuer: metadata.issuer };
  }
  if (candidates.length === 0) return { metadata: undefined, issuer: server.url.origin };
  throw signInError(
    server,
    `its authorization server ${identifiers.join(", ")} publishes no metadata`,
    {
      fix: `set "oauth": { "authServerMetadataUrl": … } for "${server.name}"`,
    },
  );
}

/** The first document with endpoints; one that also promises PKCE is preferred. */
async function firstUsableMetadata(
  places: readonly string[],
): Promise<AuthorizationServerMetadata | undefined> {
  let second: AuthorizationServerMetadata | undefined;
  for (const place of places) {
    const json = await fetchDocument(place);
    if (json === undefined || !isServerMetadata(json)) continue;
    if (json.code_challenge_methods_supported?.includes("S256") === true) return json;
    second ??= json;
  }
  return second;
}

/** RFC 8414 section 3.3; the vendors that get it wrong can be named in the config. */
function checkIssuer(server: ProtectedServer, expected: string, issuer: string): void {
  const trusted = [expected, server.settings.trustedIssuer].map((each) => each?.replace(/\/$/, ""));
  if (trusted.includes(issuer.replace(/\/$/, ""))) return;
  throw signInError(server, `the metadata of ${expected} names another issuer, ${issuer}`, {
    fix: `if you trust it, set "oauth": { "trustedIssuer": "${issuer}" } for "${server.name}"`,
  });
}

/** A JSON object, or undefined where there is none (any 4xx, or something that is not JSON). */
async function fetchDocument(url: string): Promise<Record<string, unknown> | undefined> {
  const response = await authServerFetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) {
    await response.body?.cancel();
    return undefined;
  }
  const json = await readJson(response);
  return isRecord(json) ? json : undefined;
}

function isServerMetadata(
  json: Record<string, unknown>,
): json is Record<string, unknown> & AuthorizationServerMetadata {
  return (
    typeof json.issuer === "string" &&
    typeof json.authorization_endpoint === "string" &&
    typeof json.token_endpoint === "string"
  );
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : undefined;
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}
