/** MCP revisions with an `initialize` handshake that we speak, to hosts and to servers, newest first. */
export const PROTOCOL_VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;
