import { parse } from "smol-toml";
import { isRecord } from "../../core/tool.ts";

/** A piece of a TOML text; all pieces, body and rest, make up the text again. */
export interface TomlSection {
  /** The keys of its header; empty for what stands before the first. */
  readonly path: readonly string[];
  /** From the header to its last key. */
  readonly body: string;
  /** Blank lines and comments behind it: they may speak of what follows. */
  readonly rest: string;
}

/** Cuts a TOML text at its table headers. The text has to be TOML. */
export function tomlSections(text: string): TomlSection[] {
  const starts = headerOffsets(text);
  const cuts = [0, ...starts, text.length];
  return cuts.slice(0, -1).flatMap((start, index) => {
    const piece = text.slice(start, cuts[index + 1]);
    if (piece === "") return [];
    const path = starts.includes(start) ? headerPath(piece) : [];
    const bodyLength = lengthOfBody(piece);
    return [{ path, body: piece.slice(0, bodyLength), rest: piece.slice(bodyLength) }];
  });
}

/** The parser knows best how a header's keys are to be read. */
function headerPath(piece: string): string[] {
  const [header = ""] = piece.split(/\r?\n/, 1);
  const keys: string[] = [];
  let value: unknown = parse(header);
  for (;;) {
    if (Array.isArray(value)) [value] = value;
    const [key] = isRecord(value) ? Object.keys(value) : [];
    if (key === undefined || !isRecord(value)) return keys;
    keys.push(key);
    value = value[key];
  }
}

/** Where the lines begin that open a table: not those inside a list or a text of several lines. */
function headerOffsets(text: string): number[] {
  const offsets: number[] = [];
  let depth = 0;
  for (const { token, offset } of tokensOf(text)) {
    if (token === "[" && depth === 0 && isAtLineStart(text, offset)) {
      offsets.push(lineStart(text, offset));
      depth += 1;
    } else if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
  }
  return offsets;
}

/** A bracket that is part of a key or a value stands behind something on its line. */
function isAtLineStart(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** Comments and texts are skipped whole, so that the brackets in them do not count. */
const TOKEN =
  /#[^\n]*|"""(?:[^\\]|\\[^])*?"{3,5}|'''[^]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[[\]{}]/g;

function* tokensOf(text: string): Generator<{ token: string; offset: number }> {
  for (const match of text.matchAll(TOKEN)) yield { token: match[0], offset: match.index };
}

/** Up to the end of the last line that is neither blank nor a comment. */
function lengthOfBody(piece: string): number {
  let length = 0;
  let end = 0;
  const comments = new Set(commentLines(piece));
  for (const line of piece.split(/(?<=\n)/)) {
    const isBlank = line.trim() === "" || comments.has(end);
    end += line.length;
    if (!isBlank) length = end;
  }
  return length;
}

/** The offsets of lines that hold a comment alone; a `#` inside a text of several lines is none. */
function commentLines(piece: string): number[] {
  return [...tokensOf(piece)]
    .filter(({ token, offset }) => token.startsWith("#") && isAtLineStart(piece, offset))
    .map(({ offset }) => lineStart(piece, offset));
}
