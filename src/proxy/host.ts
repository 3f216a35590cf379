import type { RequestOptions } from "../rpc/pending-requests.ts";
import type { RawJson } from "../rpc/raw-json.ts";

/** The host, for those behind the front. */
export interface Host {
  /** What it declared at `initialize`, by name; nothing before that. */
  capabilities(): ReadonlyMap<string, RawJson>;
  notify(method: string, params: RawJson): void;
  /** Rejects with RpcError for the host's own error answers; see Peer.request for the others. */
  request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: RequestOptions,
  ): Promise<RawJson>;
}
