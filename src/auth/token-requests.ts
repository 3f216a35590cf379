import type { OAuthTokens } from "@modelcontextprotocol/client";
import type { Tokens } from "./stored-authorization.ts";

/** The tokens to store for a token endpoint's answer that arrived at `now` (milliseconds). */
export async function toTokens(answer: OAuthTokens, now: number): Promise<Tokens> {
  const expiresAt = await expiryOf(answer, now);
  return {
    access_token: answer.access_token,
    token_type: answer.token_type,
    issued_at: Math.floor(now / 1000),
    ...(answer.refresh_token !== undefined && { refresh_token: answer.refresh_token }),
    ...(answer.scope !== undefined && { scope: answer.scope }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
  };
}

/** From `expires_in`, else from the token's own `exp` when it is a JWT; only ever a hint. */
async function expiryOf(
  { access_token: token, expires_in: seconds }: OAuthTokens,
  now: number,
): Promise<number | undefined> {
  if (seconds !== undefined) return Math.floor(now / 1000) + seconds;
  if (token.split(".").length !== 3) return undefined;
  const { decodeJwt } = await import("jose");
  try {
    return decodeJwt(token).exp;
  } catch {
    // Opaque after all: then only a 401 will tell.
    return undefined;
  }
}
