import type { McpzipError } from "../core/error.ts";
import { RPC_ERROR, RpcError } from "../rpc/message.ts";
import { memberOf, membersOf, type IncomingRequest } from "../rpc/peer.ts";
import { RawJson } from "../rpc/raw-json.ts";
import type { HostSide } from "../upstream/session.ts";
import type { Host } from "./host.ts";

/** What servers may ask of a host, and the capability that it must have declared (MCP, client features). */
const CAPABILITY_OF: ReadonlyMap<string, string> = new Map([
  ["elicitation/create", "elicitation"],
  ["sampling/createMessage", "sampling"],
  ["roots/list", "roots"],
]);

/** A person may be asked, who may be away. The host or the server gives up sooner if it wants to. */
const ANSWER_MS = 30 * 60_000;

/** The host as one server sees it: it can do there what the host has declared, no more and no less. */
export function hostSideFor(server: string, host: Host): HostSide {
  return {
    capabilities: declared(host),
    onRequest: (request) => relayRequest(server, request, host),
  };
}

/** Tells the host that what a person did on a page has been done (MCP elicitation, URL mode). */
export function relayNotification(
  method: string,
  params: RawJson | undefined,
  { host }: { readonly host: Host },
): void {
  if (method === "notifications/elicitation/complete")
    host.notify(method, params ?? RawJson.of({}));
}

/** A server's error that sends the person to a page first, as the server put it, where the host shows pages. */
export function pageRequired({ cause }: McpzipError, host: Host): RpcError | undefined {
  if (!(cause instanceof RpcError) || cause.code !== RPC_ERROR.urlElicitationRequired) return;
  return showsPages(host) ? cause : undefined;
}

/** Offers the page of a sign-in through the host, once, where that can show pages to the person. */
export class SignInOffers {
  readonly #host: Host;
  readonly #offered = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
  }

  offer({ code, url, message }: McpzipError): void {
    if (code !== "AUTH_REQUIRED" || url === undefined || this.#offered.has(url)) return;
    if (!showsPages(this.#host)) return;
    this.#offered.add(url);
    const params = { mode: "url", url, elicitationId: crypto.randomUUID(), message };
    this.#host.request("elicitation/create", params, { timeoutMs: ANSWER_MS }).catch(() => {
      // Nobody looked at it. The error that the call answered with holds the page, too.
    });
  }
}

function showsPages(host: Host): boolean {
  return memberOf(host.capabilities().get("elicitation"), "url") !== undefined;
}

/** `roots` without `listChanged`: servers are not told of changes, they ask. */
function declared(host: Host): RawJson {
  const known = host.capabilities();
  return RawJson.object({
    elicitation: known.get("elicitation"),
    sampling: known.get("sampling"),
    roots: known.has("roots") ? {} : undefined,
  });
}

/** Cancelled with `signal`, on the way there; the host's answer, or error, comes back whole. */
async function relayRequest(
  server: string,
  { method, params, signal }: IncomingRequest,
  host: Host,
): Promise<RawJson> {
  const capability = CAPABILITY_OF.get(method);
  if (capability === undefined || !host.capabilities().has(capability))
    throw new RpcError(RPC_ERROR.methodNotFound, `${method} is not supported`);
  return host.request(method, named(server, params), { timeoutMs: ANSWER_MS, signal });
}

/** The server's params, and in `_meta` whose they are. Progress is not relayed, so none is asked for. */
function named(server: string, params: RawJson | undefined): Readonly<Record<string, unknown>> {
  const members = Object.fromEntries(membersOf(params));
  const { progressToken: _token, ...meta } = Object.fromEntries(membersOf(members._meta));
  return { ...members, _meta: RawJson.object({ ...meta, "mcpzip/server": server }) };
}
