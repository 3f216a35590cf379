import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import { RPC_ERROR, RpcError } from "../rpc/message.ts";
import { memberOf, membersOf, type IncomingRequest } from "../rpc/peer.ts";
import { RawJson } from "../rpc/raw-json.ts";
import { recorded } from "./call-log.ts";
import { describeTool } from "./describe-tool.ts";
import { executeTool, type CallContext } from "./execute-tool.ts";
import { answerHandshake } from "./handshake.ts";
import type { Host } from "./host.ts";
import { instructionsFor } from "./instructions.ts";
import { META_TOOL_NAMES } from "./meta-tools.ts";
import { pageRequired, SignInOffers } from "./relay.ts";
import { searchTools } from "./search-tools.ts";
import type { Services } from "./services.ts";
import { readArguments } from "./tool-arguments.ts";
import { errorResult } from "./tool-result.ts";

/** One host's MCP session: what each method does. */
export class ProxySession {
  readonly #services: Services;
  readonly #host: Host;
  readonly #signIns: SignInOffers;

  constructor(services: Services, host: Host) {
    this.#services = services;
    this.#host = host;
    this.#signIns = new SignInOffers(host);
  }

  /** Throws RpcError for broken requests only; a tool that fails is a tool result. */
  async answer(request: IncomingRequest): Promise<RawJson> {
    if (request.method === "tools/call") return this.#callTool(request);
    const known = answerHandshake(request, () => this.instructions());
    if (known !== undefined) return known;
    throw new RpcError(RPC_ERROR.methodNotFound, `method not found: ${request.method}`);
  }

  /** What `initialize` tells the model of the servers there are. */
  instructions(): string {
    const { config, catalog } = this.#services;
    const servers = [...config.servers.values()].filter(({ isDisabled }) => !isDisabled);
    return instructionsFor(
      servers.map(({ name }) => name),
      catalog.servers(),
    );
  }

  async #callTool({ params, signal }: IncomingRequest): Promise<RawJson> {
    const members = membersOf(params);
    const name: unknown = members.get("name")?.parse();
    if (typeof name !== "string")
      throw new RpcError(RPC_ERROR.invalidParams, '"name" must be a string');
    const meta = members.get("_meta");
    const context = { signal, meta, onProgress: this.#progressRelay(meta) };
    try {
      return await this.#run(name, members.get("arguments"), context);
    } catch (error) {
      if (!(error instanceof McpzipError)) throw error;
      this.#signIns.offer(error);
      const pageError = pageRequired(error, this.#host);
      if (pageError !== undefined) throw pageError;
      return errorResult(error);
    }
  }

  async #run(name: string, json: RawJson | undefined, context: CallContext): Promise<RawJson> {
    // What a model makes up is no name to keep.
    if (!META_TOOL_NAMES.includes(name)) throw unknownMetaTool(name);
    return recorded(this.#services.calls, { server: "", tool: name }, () =>
      this.#runKnown(name, json, context),
    );
  }

  async #runKnown(name: string, json: RawJson | undefined, context: CallContext): Promise<RawJson> {
    const services = this.#services;
    const args = readArguments(json);
    switch (name) {
      case "search_tools":
        return searchTools(args, services);
      case "describe_tool":
        return describeTool(args, services);
      case "execute_tool":
        return executeTool(args, context, services);
      default:
        throw unknownMetaTool(name);
    }
  }

  /** Gives the upstream's progress the token that the host asked for; without one it ends here. */
  #progressRelay(meta: RawJson | undefined): (params: RawJson) => void {
    const token = memberOf(meta, "progressToken");
    return (params) => {
      if (token === undefined) return;
      const members = Object.fromEntries(params.members());
      this.#host.notify(
        "notifications/progress",
        RawJson.object({ ...members, progressToken: token }),
      );
    };
  }
}

function unknownMetaTool(name: string): McpzipError {
  const isUpstreamName = name.includes("__");
  const [nearest] = nearestNames(name, META_TOOL_NAMES, 1);
  return new McpzipError("TOOL_UNKNOWN", `mcpzip has no tool "${name}"`, {
    fix: isUpstreamName
      ? `call it as execute_tool {"name": "${name}", "arguments": {…}}`
      : `use ${nearest ?? META_TOOL_NAMES.join(", ")}`,
  });
}
