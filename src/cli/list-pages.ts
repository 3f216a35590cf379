import { isRecord } from "../core/tool.ts";
import { RPC_ERROR, RpcError } from "../rpc/message.ts";
import type { UpstreamSession } from "../upstream/session.ts";

/** Bounds for a server that never stops listing. */
const MAX_PAGES = 100;

/** All pages of a list, `resources/list` and its like; nothing where the server knows no such method. */
export async function listPages(
  session: UpstreamSession,
  {
    method,
    key,
    timeoutMs,
    signal,
  }: {
    readonly method: string;
    /** What the list is called in the answers. */
    readonly key: string;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  const seen = new Set<string | undefined>();
  let cursor: string | undefined;
  while (!seen.has(cursor) && seen.size < MAX_PAGES) {
    seen.add(cursor);
    const page = await fetchPage(session, { method, cursor, timeoutMs, signal });
    const list = page[key];
    for (const item of Array.isArray(list) ? list : []) if (isRecord(item)) items.push(item);
    if (typeof page.nextCursor !== "string" || page.nextCursor === "") break;
    cursor = page.nextCursor;
  }
  return items;
}

async function fetchPage(
  session: UpstreamSession,
  {
    method,
    cursor,
    timeoutMs,
    signal,
  }: {
    readonly method: string;
    readonly cursor: string | undefined;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<Record<string, unknown>> {
  try {
    const page: unknown = (
      await session.request(method, { cursor }, { timeoutMs, signal })
    ).parse();
    return isRecord(page) ? page : {};
  } catch (error) {
    if (error instanceof RpcError && error.code === RPC_ERROR.methodNotFound) return {};
    throw error;
  }
}
