import type { McpzipError } from "../core/error.ts";
import { RawJson } from "../rpc/raw-json.ts";

/** A tool result of text blocks. */
export function textResult(...texts: readonly string[]): RawJson {
  return RawJson.of({ content: texts.map((text) => ({ type: "text", text })) });
}

/** An error as the model sees it: what happened, why, how to mend it, and the code for programs. */
export function errorResult(error: McpzipError): RawJson {
  const { code, server, why, fix } = error;
  const lines = [
    `${error.message} (${code})`,
    ...(why === undefined ? [] : [`why: ${why}`]),
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
  ];
  return RawJson.of({
    content: [{ type: "text", text: lines.join("\n") }],
    isError: true,
    _meta: { "mcpzip/error": { code, ...(server !== undefined && { server }) } },
  });
}
