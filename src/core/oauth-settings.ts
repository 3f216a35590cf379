/** What a server's `oauth` configuration overrides; everything else is discovered. */
export interface OAuthSettings {
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** The https URL of a client ID metadata document that describes this client. */
  readonly clientMetadataUrl?: string;
  /** Makes the redirect URI exactly `http://localhost:PORT/callback`. */
  readonly callbackPort?: number;
  /** Separated by spaces. */
  readonly scopes?: string;
  /** The resource indicator (RFC 8707); "none" sends none. */
  readonly resource?: string;
  readonly authServerMetadataUrl?: string;
  /** An issuer to accept although it is not the one that was asked. */
  readonly trustedIssuer?: string;
  readonly grantType?: "authorization_code" | "client_credentials";
  /** PEM (PKCS #8), for `private_key_jwt`. */
  readonly privateKey?: string;
  readonly signingAlgorithm?: string;
  /** When a sign-in may open a browser by itself. */
  readonly interactive: "auto" | "on-call" | "never";
}
