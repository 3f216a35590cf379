import { isRecord } from "../core/tool.ts";

/** A client as an authorization server knows it (RFC 7591), bound to that server and redirect URI. */
export interface ClientRegistration {
  readonly client_id: string;
  readonly client_secret?: string;
  /** Seconds since the epoch; 0 never (RFC 7591). */
  readonly client_secret_expires_at?: number;
  readonly token_endpoint_auth_method?: string;
  readonly redirect_uri?: string;
  /** All that it may ask for; absent when nobody said. */
  readonly scope?: string;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly token_type: string;
  /** Seconds since the epoch; absent when nobody said. */
  readonly expires_at?: number;
  /** Seconds since the epoch: with `expires_at`, the token's life. */
  readonly issued_at?: number;
  readonly scope?: string;
}

/** Everything that one server's file holds: its tokens and what it takes to renew or revoke them. */
export interface StoredAuthorization {
  readonly server_url: string;
  readonly tokens?: Tokens;
  readonly issuer?: string;
  readonly token_endpoint?: string;
  readonly token_endpoint_auth_methods?: readonly string[];
  readonly revocation_endpoint?: string;
  readonly resource?: string;
  readonly client?: ClientRegistration;
  /** What the last sign-in asked for: asking for it again would widen nothing. */
  readonly requested_scope?: string;
  /** Milliseconds since the epoch of the last sign-in; stays when the tokens are gone. */
  readonly signed_in_at?: number;
}

/** Whether somebody has signed in, or renewed the tokens, since `before`. */
export function hasNewTokens(
  now: StoredAuthorization | undefined,
  before: StoredAuthorization | undefined,
): boolean {
  return now?.tokens !== undefined && now.tokens.access_token !== before?.tokens?.access_token;
}

/** The file's form: the tokens' fields lie flat beside the rest, as documented. */
export function serializeAuthorization({ tokens, ...rest }: StoredAuthorization): string {
  return `${JSON.stringify({ ...tokens, ...rest }, undefined, 2)}\n`;
}

/** Reads a file of ours or of the older program, which wrote `expiry` or none. Throws when it is neither. */
export function parseAuthorization(text: string, serverUrl: string): StoredAuthorization {
  const json: unknown = JSON.parse(text);
  if (!isRecord(json)) throw new TypeError("not a JSON object");
  // A file under another server's name would take one server's token to another.
  if (typeof json.server_url === "string" && json.server_url !== serverUrl)
    throw new TypeError("it is for another server");
  const tokens = readTokens(json);
  const client = readClient(json.client);
  if (tokens === undefined && client === undefined && json.signed_in_at === undefined) {
    throw new TypeError("no token and no registration in it");
  }
  return {
    server_url: serverUrl,
    ...(tokens !== undefined && { tokens }),
    ...(client !== undefined && { client }),
    ...pickStrings(json, ["issuer", "token_endpoint", "revocation_endpoint", "resource"]),
    ...pickStrings(json, ["requested_scope"]),
    ...(Array.isArray(json.token_endpoint_auth_methods) && {
      token_endpoint_auth_methods: json.token_endpoint_auth_methods.map(String),
    }),
    ...(typeof json.signed_in_at === "number" && { signed_in_at: json.signed_in_at }),
  };
}

function readTokens(json: Record<string, unknown>): Tokens | undefined {
  if (typeof json.access_token !== "string" || json.access_token === "") return undefined;
  const expiresAt = readInstant(json.expires_at ?? json.expiry);
  return {
    access_token: json.access_token,
    token_type: typeof json.token_type === "string" ? json.token_type : "Bearer",
    ...pickStrings(json, ["refresh_token", "scope"]),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    ...(typeof json.issued_at === "number" && { issued_at: json.issued_at }),
  };
}

/** Seconds since the epoch, from seconds, milliseconds or an ISO date: all three have been written. */
function readInstant(value: unknown): number | undefined {
  if (typeof value === "string") {
    const parsed = Date.parse(value);
    return Number.isNaN(parsed) ? undefined : Math.floor(parsed / 1000);
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  return value > 1e11 ? Math.floor(value / 1000) : value;
}

function readClient(json: unknown): ClientRegistration | undefined {
  if (!isRecord(json) || typeof json.client_id !== "string") return undefined;
  return {
    client_id: json.client_id,
    ...pickStrings(json, ["client_secret", "token_endpoint_auth_method", "redirect_uri", "scope"]),
    ...(typeof json.client_secret_expires_at === "number" && {
      client_secret_expires_at: json.client_secret_expires_at,
    }),
  };
}

function pickStrings<Key extends string>(
  json: Record<string, unknown>,
  keys: readonly Key[],
): { [key in Key]?: string } {
  const picked: { [key in Key]?: string } = {};
  for (const key of keys) {
    const value = json[key];
    if (typeof value === "string") picked[key] = value;
  }
  return picked;
}
