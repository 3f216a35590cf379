import * as z from "zod/mini";
import { MAX_PORT } from "./limits.ts";
import { filledString, optional, strings, wholeNumber } from "./schema-parts.ts";

const GRANT_TYPES = ["authorization_code", "client_credentials"] as const;
const INTERACTIVE = ["auto", "on-call", "never"] as const;

/** What the `oauth` of a remote server overrides; everything else is discovered. */
export const oauthSchema = z.object({
  clientId: optional(
    filledString,
    "The client to sign in as; without one, mcpzip registers itself.",
  ),
  clientSecret: optional(filledString, "The client's secret; best written as a variable."),
  clientMetadataUrl: optional(
    filledString,
    "The https URL of a client ID metadata document that describes the client.",
  ),
  callbackPort: optional(
    wholeNumber(1, MAX_PORT),
    "Makes the redirect URI exactly http://localhost:PORT/callback.",
  ),
  scopes: optional(
    z.union([filledString, strings], "must be a non-empty string or an array of strings"),
    "The scopes to ask for: separated by spaces, or an array.",
  ),
  resource: optional(filledString, 'The resource indicator (RFC 8707); "none" sends none.'),
  authServerMetadataUrl: optional(
    filledString,
    "The https URL of the authorization server's metadata.",
  ),
  trustedIssuer: optional(
    filledString,
    "An issuer to accept although it is not the one that was asked.",
  ),
  grantType: optional(
    z.enum(GRANT_TYPES, 'must be "authorization_code" or "client_credentials"'),
    "client_credentials signs in without a person, by a secret or a private key.",
  ),
  privateKey: optional(
    filledString,
    "A PEM private key (PKCS #8) that proves the client by a signed assertion.",
  ),
  signingAlgorithm: optional(filledString, "The algorithm of the private key; ES256 otherwise."),
  interactive: optional(
    z.enum(INTERACTIVE, 'must be "auto", "on-call" or "never"'),
    "When a sign-in may open a browser by itself; auto otherwise.",
  ),
});
