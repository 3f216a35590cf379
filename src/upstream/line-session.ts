import type { ServerConfig } from "../config/config.ts";
import { PROTOCOL_VERSIONS } from "../core/protocol-version.ts";
import { isRecord } from "../core/tool.ts";
import type { Log } from "../platform/log.ts";
import { VERSION } from "../platform/version.ts";
import { RPC_ERROR, RpcError } from "../rpc/message.ts";
import { Peer, type IncomingRequest } from "../rpc/peer.ts";
import { RawJson } from "../rpc/raw-json.ts";
import type { Wire } from "../transport/wire.ts";
import { failure, toServerFailure } from "./failure.ts";
import type { HostSide, ServerIdentity, SessionOptions, UpstreamSession } from "./session.ts";

/** How long a server gets to leave when its handshake has failed. */
const FAILED_GRACE_MS = 500;

/** Opens a session over raw lines with the `initialize` handshake (MCP lifecycle, up to 2025-11-25). */
export async function openLineSession(
  server: ServerConfig,
  wire: Wire,
  options: SessionOptions & { readonly log: Log },
): Promise<UpstreamSession> {
  const peer = startPeer(server, wire, options);
  void wire.closed.then((reason) => peer.close(reason));
  const identity = await initialize(server, peer, options).catch(async (error: unknown) => {
    await wire.close({ graceMs: FAILED_GRACE_MS });
    throw error;
  });
  peer.notify("notifications/initialized");
  return {
    identity,
    closed: wire.closed,
    close: (closeOptions) => wire.close(closeOptions),
    request: async (method, params, requestOptions) => {
      try {
        return await peer.request(method, params, requestOptions);
      } catch (error) {
        throw toServerFailure(server, error);
      }
    },
  };
}

function startPeer(
  server: ServerConfig,
  wire: Wire,
  options: SessionOptions & { readonly log: Log },
): Peer {
  let hasWarned = false;
  const peer = new Peer((frame) => wire.send(frame), {
    onRequest: (request) => answerServer(request, { peer, host: options.host }),
    onNotification: options.onNotification,
    onGarbage: (fault) => {
      const message = `${server.name}: skipped a line on its stdout: ${fault}`;
      if (hasWarned) options.log.debug(message);
      else options.log.warn(`${message} (further ones are logged at debug level)`);
      hasWarned = true;
    },
  });
  wire.start((line) => peer.receive(line));
  return peer;
}

/** While the server waits for the host, its own calls have no time-out but the cap. */
async function answerServer(
  request: IncomingRequest,
  { peer, host }: { readonly peer: Peer; readonly host: HostSide | undefined },
): Promise<RawJson> {
  if (request.method === "ping") return RawJson.of({});
  if (host === undefined)
    throw new RpcError(RPC_ERROR.methodNotFound, `${request.method} is not supported`);
  const release = peer.hold();
  try {
    return await host.onRequest(request);
  } finally {
    release();
  }
}

async function initialize(
  server: ServerConfig,
  peer: Peer,
  { timeoutMs, signal, host }: SessionOptions,
): Promise<ServerIdentity> {
  const params = {
    protocolVersion: PROTOCOL_VERSIONS[0],
    capabilities: host?.capabilities ?? {},
    clientInfo: { name: "mcpzip", version: VERSION },
  };
  try {
    const result = await peer.request("initialize", params, { timeoutMs, signal });
    return readIdentity(server, parseResult(result));
  } catch (error) {
    const cause = toServerFailure(server, error);
    if (!(cause instanceof RpcError)) throw cause;
    const message = `server "${server.name}" refused to initialize: ${cause.message}`;
    throw failure(server, { code: "SERVER_PROTOCOL", message, cause });
  }
}

function parseResult(result: RawJson): unknown {
  try {
    return result.parse();
  } catch {
    throw new RpcError(RPC_ERROR.parse, "its answer is not JSON");
  }
}

function readIdentity(server: ServerConfig, result: unknown): ServerIdentity {
  const fields = isRecord(result) ? result : {};
  const info = isRecord(fields.serverInfo) ? fields.serverInfo : {};
  const protocolVersion = stringOf(fields.protocolVersion);
  if (!PROTOCOL_VERSIONS.some((known) => known === protocolVersion)) {
    const message = `server "${server.name}" speaks MCP ${String(protocolVersion)}`;
    const why = `mcpzip speaks ${PROTOCOL_VERSIONS.join(", ")}`;
    throw failure(server, { code: "SERVER_PROTOCOL", message, why });
  }
  return {
    protocolVersion,
    title: stringOf(info.title) ?? stringOf(info.name),
    version: stringOf(info.version),
    instructions: stringOf(fields.instructions),
  };
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
