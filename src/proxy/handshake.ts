import { PROTOCOL_VERSIONS } from "../core/protocol-version.ts";
import { VERSION } from "../platform/version.ts";
import { memberOf, type IncomingRequest } from "../rpc/peer.ts";
import { RawJson } from "../rpc/raw-json.ts";
import { TOOLS_LIST } from "./meta-tools.ts";

const EMPTY = RawJson.of({});

/**
 * The answers that need to know nothing but the instructions: what every host asks for first. Undefined
 * for everything else.
 */
export function answerHandshake(
  { method, params }: IncomingRequest,
  instructions: () => string,
): RawJson | undefined {
  switch (method) {
    case "initialize":
      return initializeResult(memberOf(params, "protocolVersion")?.text(), instructions());
    case "ping":
      return EMPTY;
    case "tools/list":
      return TOOLS_LIST;
    default:
      return undefined;
  }
}

function initializeResult(requestedVersion: string | undefined, instructions: string): RawJson {
  return RawJson.of({
    protocolVersion: negotiate(requestedVersion),
    capabilities: { tools: {} },
    serverInfo: { name: "mcpzip", title: "mcpzip", version: VERSION },
    instructions,
  });
}

/** The host's version when we speak it, else our newest: the host then decides (MCP lifecycle). */
function negotiate(requested: string | undefined): string {
  const known = PROTOCOL_VERSIONS.find((version) => JSON.stringify(version) === requested);
  return known ?? PROTOCOL_VERSIONS[0];
}
