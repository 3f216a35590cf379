import type { Node } from "jsonc-parser";
import type { JsonLayout } from "./json-text.ts";

/** A longer text without a line break was written by a program, and stays on its one line. */
const SHORT_TEXT = 40;

/** How what is put into a container is to be laid out, so that it looks like what is there. */
export function layoutAt(text: string, container: Node): JsonLayout {
  return {
    unit: isOnOneLine(text, container) ? undefined : unitOf(text),
    eol: text.includes("\r\n") ? "\r\n" : "\n",
    isSpaced: /":[ \t]/.test(text) || !/":/.test(text),
  };
}

/** The white space at the start of the line that the offset is on. */
export function lineIndentAt(text: string, offset: number): string {
  const start = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

function isOnOneLine(text: string, { offset, length, children = [] }: Node): boolean {
  if (children.length === 0) return text.length > SHORT_TEXT && !text.trim().includes("\n");
  return !text.slice(offset, offset + length).includes("\n");
}

/** The first indentation in the text is one level deep. */
function unitOf(text: string): string {
  return /^(?:\t|[ ]{1,8})(?=["\]}[{])/m.exec(text)?.[0] ?? "  ";
}
