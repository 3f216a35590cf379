import { McpzipError } from "../core/error.ts";
import { parseTool, type CatalogTool, type Tool } from "../core/tool.ts";
import { splitQualifiedName } from "../core/tool-name.ts";
import { RPC_ERROR, RpcError } from "../rpc/message.ts";
import type { RawJson } from "../rpc/raw-json.ts";
import { recorded } from "./call-log.ts";
import { findTool } from "./find-tool.ts";
import { proxyRefresh, proxyStatus } from "./proxy-tools.ts";
import type { Services } from "./services.ts";
import {
  numberArgument,
  readArguments,
  stringArgument,
  type ToolArguments,
} from "./tool-arguments.ts";
import { invalid, unwrapped, upstreamArguments } from "./upstream-arguments.ts";

export interface CallContext {
  readonly signal: AbortSignal;
  /** The host's `_meta`, passed on to the upstream. */
  readonly meta: RawJson | undefined;
  /** Passes a progress notification of the upstream on to the host. */
  readonly onProgress: (params: RawJson) => void;
}

interface UpstreamCall {
  readonly args: ToolArguments;
  readonly context: CallContext;
  readonly services: Services;
}

/** Progress pushes a call's timeout back, but not beyond this many timeouts in all. */
const PROGRESS_CAP = 10;

const parsedTools = new WeakMap<CatalogTool, Tool>();

/** Calls an upstream tool; its result passes through as the bytes that it came in. */
export async function executeTool(
  args: ToolArguments,
  context: CallContext,
  services: Services,
): Promise<RawJson> {
  const name = stringArgument(args, "name");
  if (name === undefined || name === "") {
    throw new McpzipError("ARGUMENTS_INVALID", 'execute_tool needs "name"', {
      fix: "find the name with search_tools",
    });
  }
  if (name === "proxy_status") return proxyStatus(services);
  if (name === "proxy_refresh") return proxyRefresh(ownArguments(args), services);
  const timeoutMs = timeoutFor(splitQualifiedName(name)?.server ?? "", args, services);
  const entry = await findTool(name, { services, timeoutMs });
  const names = { server: entry.server, tool: entry.name };
  return recorded(services.calls, names, () => callTool(entry, { args, context, services }));
}

async function callTool(entry: CatalogTool, call: UpstreamCall): Promise<RawJson> {
  try {
    return await callUpstream(entry, call);
  } catch (error) {
    const changed = await changedTool(error, entry, call.services);
    if (changed === undefined) throw error;
    return await callUpstream(changed, call);
  }
}

/**
 * A server that misses arguments in the headers has not run the call, and wants it once more by the
 * schema that it has now (MCP 2026-07-28, Streamable HTTP).
 */
async function changedTool(
  error: unknown,
  entry: CatalogTool,
  { config, catalog, refresh }: Services,
): Promise<CatalogTool | undefined> {
  const cause = error instanceof McpzipError ? error.cause : undefined;
  const server = config.servers.get(entry.server);
  if (!(cause instanceof RpcError) || cause.code !== RPC_ERROR.headerMismatch) return undefined;
  if (server === undefined) return undefined;
  await refresh.refresh(server);
  const now = catalog.tool(entry.qualifiedName);
  return now?.json === entry.json ? undefined : now;
}

/** Models encode the arguments of our own tools as a string, too. */
function ownArguments(args: ToolArguments): ToolArguments {
  const given = args.get("arguments");
  return readArguments(given === undefined ? undefined : (unwrapped(given, "object") ?? given));
}

async function callUpstream(entry: CatalogTool, call: UpstreamCall): Promise<RawJson> {
  const { args, context, services } = call;
  const tool = parsedOnce(entry);
  const params = {
    name: entry.name,
    arguments: upstreamArguments(args.get("arguments"), { entry, tool }),
    _meta: context.meta,
  };
  const timeoutMs = timeoutFor(entry.server, args, services);
  const startedAt = performance.now();
  try {
    return await services.pool.use(
      entry.server,
      async (session) => {
        const leftMs = Math.max(1, timeoutMs - (performance.now() - startedAt));
        const result = await session.request("tools/call", params, {
          timeoutMs: leftMs,
          maxTotalMs: PROGRESS_CAP * timeoutMs,
          signal: context.signal,
          onProgress: context.onProgress,
          inputSchema: tool.inputSchema,
        });
        return checkedResult(entry, result);
      },
      { connectTimeoutMs: timeoutMs, signal: context.signal },
    );
  } catch (error) {
    throw error instanceof RpcError ? answeredError(error, entry, tool) : error;
  }
}

/** The catalog gives the same entry for a tool that is called again. */
function parsedOnce(entry: CatalogTool): Tool {
  const known = parsedTools.get(entry);
  if (known !== undefined) return known;
  const tool = parseTool(entry);
  parsedTools.set(entry, tool);
  return tool;
}

function timeoutFor(server: string, args: ToolArguments, { config }: Services): number {
  const seconds = numberArgument(args, "timeout");
  if (seconds !== undefined) return seconds * 1000;
  return config.servers.get(server)?.callTimeoutMs ?? config.callTimeoutMs;
}

function checkedResult(entry: CatalogTool, result: RawJson): RawJson {
  if (result.isObject) return result;
  throw new McpzipError(
    "SERVER_PROTOCOL",
    `server "${entry.server}" gave a result that is no object`,
    {
      server: entry.server,
    },
  );
}

/** A JSON-RPC error of the upstream's becomes a tool error: the model's own request to us was sound. */
function answeredError(error: RpcError, entry: CatalogTool, tool: Tool): McpzipError {
  if (error.code === RPC_ERROR.invalidParams) return invalid(entry, tool, error.message);
  const message = `server "${entry.server}" answered with error ${error.code}: ${error.message}`;
  return new McpzipError("SERVER_ERROR", message, { server: entry.server, cause: error });
}
