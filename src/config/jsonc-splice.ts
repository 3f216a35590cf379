import type { Node } from "jsonc-parser";
import { jsonText, keyText } from "./json-text.ts";
import { layoutAt, lineIndentAt } from "./jsonc-layout.ts";

/*
 * jsonc-parser's own `modify` loses the comment behind a property when the next is removed, and moves it to
 * the new one when one is added; hence these.
 */

/** A change of a text: `length` units at `offset` give way to `text`. */
export interface Splice {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** Puts a value at the end of an object or array, behind all comments, so that none changes its owner. */
export function insertionInto(
  text: string,
  { container, step, value }: { container: Node; step: string | number; value: unknown },
): Splice {
  const key = typeof step === "number" ? undefined : step;
  const layout = layoutAt(text, container);
  const last = container.children?.at(-1);
  const close = endOf(container) - 1;
  const end = text.slice(0, close).trimEnd().length;
  const hasComma = last !== undefined && commaAfter(text, endOf(last)) !== undefined;
  const separator = last === undefined || hasComma ? "" : ",";
  if (layout.unit === undefined) {
    const written = keyText(key, layout.isSpaced) + jsonText(value, layout);
    const space = layout.isSpaced && (last !== undefined || key !== undefined) ? " " : "";
    return { offset: end, length: 0, text: separator + space + written };
  }
  const outer = lineIndentAt(text, container.offset);
  const inner = (last && indentOf(text, last)) ?? outer + layout.unit;
  const written = layout.eol + inner + keyText(key) + jsonText(value, layout, inner);
  const closing = text.slice(end, close).includes("\n")
    ? text.slice(end, close)
    : layout.eol + outer;
  const offset = last === undefined ? end : endOf(last);
  const kept = text.slice(offset, end);
  const trailing = hasComma ? "," : "";
  return { offset, length: close - offset, text: separator + kept + written + trailing + closing };
}

/** Undefined when it does not begin its line. */
function indentOf(text: string, { offset }: Node): string | undefined {
  return lineStartBefore(text, offset) === undefined ? undefined : lineIndentAt(text, offset);
}

/**
 * Takes out a property or item with its comma and what stands behind it on its line. The lines above stay:
 * nobody knows whether a comment there speaks of this entry or of all that follow.
 */
export function removalOf(text: string, value: Node): Splice {
  const parent = value.parent;
  const node = parent?.type === "property" ? parent : value;
  const siblings = node.parent?.children ?? [];
  const comma = commaAfter(text, endOf(node));
  const span = spanOf(text, node.offset, comma === undefined ? endOf(node) : comma + 1);
  if (siblings.length === 1) return emptied(text, node, span) ?? cut(span);
  const previous = comma === undefined ? siblings.at(-2) : undefined;
  const before = previous && commaAfter(text, endOf(previous));
  if (before === undefined) return cut(span);
  // Now the last: the comma before it must go, since JSON proper wants none there.
  const kept = text.slice(before + 1, span.start).trimEnd();
  return { offset: before, length: span.end - before, text: kept };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The whole lines from one offset to another, or as much of a line as is theirs. */
function spanOf(text: string, start: number, end: number): Span {
  const lineStart = lineStartBefore(text, start);
  const lineEnd = lineEndAfter(text, end);
  if (lineStart !== undefined) return { start: lineStart, end: lineEnd ?? end };
  return { start, end: text[end - 1] === "," ? skip(/[ \t]*/y, text, end) : end };
}

/** `{}`, when nothing but white space would be left inside. */
function emptied(text: string, { parent }: Node, { start, end }: Span): Splice | undefined {
  if (parent === undefined) return undefined;
  const [open, close] = [parent.offset + 1, endOf(parent) - 1];
  const left = text.slice(open, start) + text.slice(end, close);
  return left.trim() === "" ? { offset: open, length: close - open, text: "" } : undefined;
}

function cut({ start, end }: Span): Splice {
  return { offset: start, length: end - start, text: "" };
}

/** Where the line break before the offset begins, when only white space is between; else undefined. */
function lineStartBefore(text: string, offset: number): number | undefined {
  const start = offset - lineIndentAt(text, offset).length;
  if (text[start - 1] !== "\n") return undefined;
  return text[start - 2] === "\r" ? start - 2 : start - 1;
}

/** The end of the line, when only white space and comments are left on it; else undefined. */
function lineEndAfter(text: string, offset: number): number | undefined {
  const end = skip(/(?:[ \t]|\/\/[^\r\n]*|\/\*[^\n]*?\*\/)*/y, text, offset);
  return /^\r?\n/.test(text.slice(end, end + 2)) ? end : undefined;
}

/** Where the comma is that follows, behind white space and comments; undefined: there is none. */
function commaAfter(text: string, offset: number): number | undefined {
  const at = skip(/(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y, text, offset);
  return text[at] === "," ? at : undefined;
}

/** `pattern`: sticky, and fits nothing too. */
function skip(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return offset + (pattern.exec(text)?.[0].length ?? 0);
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}
