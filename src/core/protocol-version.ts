/** MCP revisions with an `initialize` handshake that we speak, to hosts and to servers, newest first. */
export const PROTOCOL_VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

/** From this revision on there is no handshake and no session; dates compare as text. */
const FIRST_STATELESS = "2026-07-28";

export function isStateless(protocolVersion: string | undefined): boolean {
  return protocolVersion !== undefined && protocolVersion >= FIRST_STATELESS;
}
