import { McpzipError } from "../core/error.ts";

/** The text of a file, and the way back to bytes of the same encoding. */
export interface DecodedText {
  readonly text: string;
  encode(text: string): Uint8Array;
}

/**
 * UTF-8 with or without a byte order mark, or the UTF-16 that Windows PowerShell writes. Throws
 * CONFIG_INVALID for anything else: written back, its characters would be others.
 */
export function decodeText(bytes: Uint8Array, file: string): DecodedText {
  const encoding = startsWith(bytes, 0xff, 0xfe) ? "utf-16le" : "utf-8";
  const hasMark = encoding === "utf-16le" || startsWith(bytes, 0xef, 0xbb, 0xbf);
  const mark = hasMark ? "\uFEFF" : "";
  return {
    text: decode(bytes, encoding, file),
    encode: (text) => Buffer.from(mark + text, encoding === "utf-8" ? "utf8" : "utf16le"),
  };
}

function decode(bytes: Uint8Array, encoding: "utf-8" | "utf-16le", file: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const fix = "save it as UTF-8 in an editor";
    throw new McpzipError("CONFIG_INVALID", `${file} is not UTF-8 text`, { fix, cause });
  }
}

function startsWith(bytes: Uint8Array, ...mark: readonly number[]): boolean {
  return mark.every((byte, at) => bytes[at] === byte);
}
