import { oneLine } from "../../core/one-line.ts";
import { isRecord } from "../../core/tool.ts";

/** What a result holds, as far as a shell can do something with it. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "blob"; readonly base64: string; readonly mimeType: string };

/** The parts of a tool's result; its structured content where it has no other. */
export function partsOfResult(result: unknown): Part[] {
  const { content, structuredContent } = isRecord(result) ? result : {};
  const parts = Array.isArray(content) ? content.map(partOfBlock) : [];
  if (parts.length > 0 || structuredContent === undefined) return parts;
  return [{ kind: "text", text: JSON.stringify(structuredContent, undefined, 2) }];
}

/** A content block of a result or of a prompt's message (MCP, tool results). */
export function partOfBlock(block: unknown): Part {
  if (!isRecord(block)) return otherwise(block);
  const { type, text, data, mimeType, resource, uri, name } = block;
  if (type === "text" && typeof text === "string") return { kind: "text", text };
  if ((type === "image" || type === "audio") && typeof data === "string")
    return { kind: "blob", base64: data, mimeType: mimeTypeOf(mimeType) };
  if (type === "resource") return partOfResource(resource);
  if (type === "resource_link" && typeof uri === "string")
    return { kind: "text", text: typeof name === "string" ? `${name}: ${uri}` : uri };
  return otherwise(block);
}

/** What a resource holds: text, or bytes as base64. */
export function partOfResource(resource: unknown): Part {
  if (!isRecord(resource)) return otherwise(resource);
  const { text, blob, mimeType } = resource;
  if (typeof text === "string") return { kind: "text", text };
  if (typeof blob !== "string") return otherwise(resource);
  return { kind: "blob", base64: blob, mimeType: mimeTypeOf(mimeType) };
}

/** Content of a kind that we do not know is shown as it is. */
function otherwise(value: unknown): Part {
  return { kind: "text", text: JSON.stringify(value) ?? "" };
}

function mimeTypeOf(value: unknown): string {
  return typeof value === "string" && value !== "" ? oneLine(value) : "application/octet-stream";
}
