import { type JSONVisitor, visit } from "jsonc-parser";
import { isPublic, isPublicToken } from "./public-keys.ts";

/** The text between two offsets, secrets shown as `"…"`. */
export type Mask = (from: number, to: number) => string;

/**
 * Config files hold tokens, and the frames of broken ones end up in bug reports. So only keys,
 * punctuation and the values of a few harmless keys are shown; all else, comments too, becomes `…`.
 */
export function maskSecrets(text: string): Mask {
  const isShown = shownCharacters(text);
  return (from, to) => {
    let masked = "";
    let at = from;
    while (at < to) {
      const hidden = hiddenRun(text.slice(at, to), isShown.subarray(at, to));
      masked += hidden === "" ? text.charAt(at) : placeholder(hidden);
      at += hidden.length || 1;
    }
    return masked;
  };
}

/** Marks what may be shown. What the parser skips after an error is never marked, so it stays hidden. */
function shownCharacters(text: string): Uint8Array {
  const isShown = new Uint8Array(text.length);
  const show = (offset: number, length: number) => isShown.fill(1, offset, offset + length);
  let key: readonly [offset: number, length: number] = [0, 0];
  const visitor: JSONVisitor = {
    onObjectBegin: (offset, length) => void show(offset, length),
    onObjectEnd: (offset, length) => void show(offset, length),
    onArrayBegin: (offset, length) => void show(offset, length),
    onArrayEnd: (offset, length) => void show(offset, length),
    onComment: (offset) => void show(offset, "//".length),
    onObjectProperty: (_name, offset, length) => void (key = [offset, length]),
    onSeparator: (character, offset, length) => {
      show(offset, length);
      // Only a colon proves a key: in `"TOKEN", "secret"` the parser takes both for one.
      if (character === ":") show(...key);
    },
    onLiteralValue: (value, offset, length, _line, _character, path) => {
      if (isPublic(value, path())) show(offset, length);
    },
    onError: (_error, offset, length) => {
      if (isPublicToken(text.slice(offset, offset + length))) show(offset, length);
    },
  };
  visit(text, visitor);
  return isShown;
}

/** The text up to the next shown character, or "" when the first is shown or white space. */
function hiddenRun(text: string, isShown: Uint8Array): string {
  if (/^\s/.test(text)) return "";
  const end = isShown.indexOf(1);
  return (end === -1 ? text : text.slice(0, end)).trimEnd();
}

function placeholder(hidden: string): string {
  const opening = hidden.startsWith('"') ? '"' : "";
  const closing = hidden.length > 1 && hidden.endsWith('"') ? '"' : "";
  return `${opening}…${closing}`;
}
