import type { OAuthClientProvider } from "@modelcontextprotocol/client";
import type { OAuthSettings } from "../core/oauth-settings.ts";
import type { ClientRegistration } from "./stored-authorization.ts";

type AddClientAuthentication = NonNullable<OAuthClientProvider["addClientAuthentication"]>;

/** How long a signed assertion is good for. */
const ASSERTION_SECONDS = 120;

/**
 * Proves to a token endpoint who we are, by the method that client and server agree on: a signed
 * assertion (RFC 7523), the secret in a Basic header or in the body (RFC 6749 section 2.3.1), or the
 * client id alone.
 */
export function clientAuthentication(
  client: ClientRegistration,
  options: {
    readonly settings: OAuthSettings;
    readonly issuer: string;
    readonly methods: readonly string[];
  },
): AddClientAuthentication {
  const { settings, issuer, methods } = options;
  return async (headers, params) => {
    if (settings.privateKey !== undefined) {
      params.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      params.set("client_assertion", await signAssertion(client.client_id, issuer, settings));
      return;
    }
    switch (methodFor(client, methods)) {
      case "client_secret_basic":
        headers.set("Authorization", basicHeader(client));
        return;
      case "client_secret_post":
        params.set("client_id", client.client_id);
        params.set("client_secret", client.client_secret ?? "");
        return;
      default:
        params.set("client_id", client.client_id);
    }
  };
}

function methodFor(client: ClientRegistration, methods: readonly string[]): string {
  if (client.client_secret === undefined) return "none";
  const registered = client.token_endpoint_auth_method;
  if (registered !== undefined && (methods.length === 0 || methods.includes(registered)))
    return registered;
  const usable = ["client_secret_basic", "client_secret_post", "none"].find((each) =>
    methods.includes(each),
  );
  // RFC 8414: basic is what a server that names no method understands.
  return usable ?? "client_secret_basic";
}

/** Both halves are form-encoded first, or a ":" or "%" in a secret would break it. */
function basicHeader({ client_id: id, client_secret: secret = "" }: ClientRegistration): string {
  return `Basic ${Buffer.from(`${formEncode(id)}:${formEncode(secret)}`).toString("base64")}`;
}

function formEncode(value: string): string {
  return new URLSearchParams({ v: value }).toString().slice(2);
}

async function signAssertion(
  clientId: string,
  issuer: string,
  settings: OAuthSettings,
): Promise<string> {
  const { importPKCS8, SignJWT } = await import("jose");
  const algorithm = settings.signingAlgorithm ?? "ES256";
  const key = await importPKCS8(settings.privateKey ?? "", algorithm);
  return new SignJWT({})
    .setProtectedHeader({ alg: algorithm })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${ASSERTION_SECONDS}s`)
    .sign(key);
}
