/** How a piece of JSON is to be laid out. */
export interface JsonLayout {
  /** One level of indentation; undefined: all on one line. */
  readonly unit: string | undefined;
  readonly eol: string;
  /** White space after colons and commas, and inside braces. */
  readonly isSpaced: boolean;
}

/** A list of words is easier to read on one line, up to this width. */
const MAX_LIST_WIDTH = 80;

/** The value as JSON; lines after the first begin with `indent`. */
export function jsonText(value: unknown, layout: JsonLayout, indent = ""): string {
  const { unit, eol } = layout;
  if (unit === undefined) return inlineText(value, layout);
  const items = itemsOf(value);
  if (items === undefined || items.length === 0) return inlineText(value, layout);
  if (Array.isArray(value) && value.every((item) => itemsOf(item) === undefined)) {
    const line = inlineText(value, { ...layout, isSpaced: true });
    if (line.length <= MAX_LIST_WIDTH) return line;
  }
  const inner = indent + unit;
  const lines = items.map(([key, item]) => inner + keyText(key) + jsonText(item, layout, inner));
  const [open, close] = bracketsOf(value);
  return `${open}${eol}${lines.join(`,${eol}`)}${eol}${indent}${close}`;
}

/** `"key": `, or nothing for an item of an array. */
export function keyText(key: string | undefined, isSpaced = true): string {
  return key === undefined ? "" : `${JSON.stringify(key)}:${isSpaced ? " " : ""}`;
}

function inlineText(value: unknown, layout: JsonLayout): string {
  const items = itemsOf(value);
  if (items === undefined) return JSON.stringify(value);
  const { isSpaced } = layout;
  const texts = items.map(([key, item]) => keyText(key, isSpaced) + inlineText(item, layout));
  const [open, close] = bracketsOf(value);
  const space = isSpaced && open === "{" && texts.length > 0 ? " " : "";
  return open + space + texts.join(isSpaced ? ", " : ",") + space + close;
}

/** What lies in an object or an array; undefined for anything else. */
function itemsOf(
  value: unknown,
): (readonly [key: string | undefined, item: unknown])[] | undefined {
  if (Array.isArray(value)) return value.map((item: unknown) => [undefined, item ?? null]);
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).filter(([, item]) => item !== undefined);
}

function bracketsOf(value: unknown): readonly [open: string, close: string] {
  return Array.isArray(value) ? ["[", "]"] : ["{", "}"];
}
