import type { ServerConfig } from "../config/config.ts";
import { isStateless } from "../core/protocol-version.ts";
import { isRecord, isSchema, type ListedTool, type ServerListing } from "../core/tool.ts";
import type { Log } from "../platform/log.ts";
import { RPC_ERROR, RpcError } from "../rpc/message.ts";
import { RawJson } from "../rpc/raw-json.ts";
import { failure } from "./failure.ts";
import { mirroredParams } from "./param-headers.ts";
import type { UpstreamSession } from "./session.ts";

/** Bounds for a server that never stops listing. */
const MAX_PAGES = 500;
const MAX_TOOLS = 20_000;
/** The protocol allows 128 characters; servers exceed it, so this only refuses nonsense. */
const MAX_NAME_LENGTH = 256;

export interface ListOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly log: Log;
}

/** Follows `tools/list` to its last page. A server without tools lists none. */
export async function listTools(
  server: ServerConfig,
  session: UpstreamSession,
  options: ListOptions,
): Promise<ServerListing> {
  const tools = new Map<string, ListedTool>();
  const seenCursors = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await fetchPage(session, cursor, options);
    const { next, items } = readPage(server, page);
    for (const item of items) keepTool(item, { tools, server, session, log: options.log });
    cursor = next !== undefined && seenCursors.has(next) ? undefined : next;
    if (cursor !== undefined) seenCursors.add(cursor);
  } while (cursor !== undefined && seenCursors.size < MAX_PAGES && tools.size < MAX_TOOLS);
  return {
    tools: [...tools.values()],
    serverTitle: session.identity.title,
    instructions: session.identity.instructions,
  };
}

async function fetchPage(
  session: UpstreamSession,
  cursor: string | undefined,
  { timeoutMs, signal }: ListOptions,
): Promise<RawJson> {
  try {
    return await session.request("tools/list", { cursor }, { timeoutMs, signal });
  } catch (error) {
    const hasNoTools = error instanceof RpcError && error.code === RPC_ERROR.methodNotFound;
    if (hasNoTools) return RawJson.of({ tools: [] });
    throw error;
  }
}

function readPage(
  server: ServerConfig,
  page: RawJson,
): { next: string | undefined; items: RawJson[] } {
  try {
    const members = page.members();
    const cursor = members.get("nextCursor")?.parse();
    const items = members.get("tools")?.items(MAX_TOOLS);
    if (items === undefined) throw new TypeError('no "tools" in the answer');
    return { next: typeof cursor === "string" && cursor !== "" ? cursor : undefined, items };
  } catch (cause) {
    const message = `server "${server.name}" answered tools/list with something else`;
    throw failure(server, { code: "SERVER_PROTOCOL", message, cause });
  }
}

/** Keeps the first tool of each name; what nobody could call is left out and logged. */
function keepTool(
  item: RawJson,
  {
    tools,
    server,
    session,
    log,
  }: {
    readonly tools: Map<string, ListedTool>;
    readonly server: ServerConfig;
    readonly session: UpstreamSession;
    readonly log: Log;
  },
): void {
  const tool = parseLoosely(item);
  const name = nameOf(tool);
  const leaveOut = (what: string) => log.warn(`${server.name}: left out ${what}`);
  if (name === undefined) return leaveOut("a tool without a usable name");
  if (tools.has(name)) return leaveOut(`a second tool named ${name}`);
  const fault = headerFault(tool, session);
  if (fault !== undefined) return leaveOut(`${name}: ${fault}`);
  tools.set(name, { name, json: item.text() });
}

/** A tool whose header annotations are wrong is not to be offered (MCP 2026-07-28, Streamable HTTP). */
function headerFault(tool: unknown, { identity }: UpstreamSession): string | undefined {
  if (!isStateless(identity.protocolVersion)) return undefined;
  const schema = isRecord(tool) ? tool.inputSchema : undefined;
  return mirroredParams(isSchema(schema) ? schema : undefined).fault;
}

function nameOf(tool: unknown): string | undefined {
  const name = isRecord(tool) ? tool.name : undefined;
  const isUsable =
    typeof name === "string" && /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]+$/.test(name);
  return isUsable && name.length <= MAX_NAME_LENGTH ? name : undefined;
}

function parseLoosely(item: RawJson): unknown {
  try {
    return item.parse();
  } catch {
    // Balanced brackets, but no JSON: the caller counts it as a tool without a name.
    return undefined;
  }
}
