import type { Transport } from "@modelcontextprotocol/client";
import { isRecord } from "../core/tool.ts";

/** Satisfies the SDK's schema of whatever we ask a server for. */
const SATISFYING = {
  resultType: "complete",
  content: [],
  tools: [],
  ttlMs: 0,
  cacheScope: "private",
};
const WHOLE = "mcpzip/whole";

/**
 * On the wire of 2026-07-28 the SDK checks every result against its schemas, which a proxy must not: content
 * of next year has to pass. So it gets results that satisfy it, with the server's own inside. One that does
 * not say what it is is complete (MCP 2026-07-28, result types).
 */
export function hideResults(transport: Transport): void {
  const receive = transport.onmessage;
  transport.onmessage = (message, extra) => {
    if (!("result" in message) || !isComplete(message.result)) return receive?.(message, extra);
    receive?.({ ...message, result: { ...SATISFYING, [WHOLE]: message.result } }, extra);
  };
}

function isComplete({ resultType }: { readonly [field: string]: unknown }): boolean {
  return resultType === undefined || resultType === "complete";
}

/** What was hidden in a result, without the `resultType`, which older hosts do not know; else itself. */
export function wholeResult(result: unknown): unknown {
  const hidden = isRecord(result) ? result[WHOLE] : undefined;
  if (!isRecord(hidden)) return result;
  const { resultType: _resultType, ...whole } = hidden;
  return whole;
}
