/**
 * Finds the extent of JSON values in UTF-8 bytes without decoding them, so that a message can be taken
 * apart and its payload forwarded as it came: no number is rounded, no unknown field lost, and fifty
 * megabytes of text are not parsed on the way. Only structure is checked: brackets and strings balance.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** Within so many bytes of an escaped quote the next one is looked for byte by byte. */
const CROWD_BYTES = 32;

export class JsonStructureError extends Error {
  override readonly name = "JsonStructureError";
}

/** Start (inclusive) and end (exclusive) of a value, as byte offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The span of all of `bytes`. */
export function wholeOf(bytes: Buffer): Span {
  return { start: 0, end: bytes.length };
}

/**
 * The members of an object, last one winning as in JSON.parse. Throws JsonStructureError when `bytes`
 * are not exactly one object.
 */
export function scanObject(bytes: Buffer): Map<string, Span> {
  return scanMembers(bytes, wholeOf(bytes), (span) => span);
}

/** scanObject for a part of the bytes, with `valueAt` of each member's span for its value. */
export function scanMembers<Value>(
  bytes: Buffer,
  within: Span,
  valueAt: (span: Span) => Value,
): Map<string, Value> {
  const members = new Map<string, Value>();
  let at = expectByte(bytes, skipSpace(bytes, within.start), OPEN_BRACE);
  at = skipSpace(bytes, at);
  while (bytes[at] !== CLOSE_BRACE) {
    const keyEnd = skipString(bytes, at);
    const key = readKey(bytes, at, keyEnd);
    const start = skipSpace(bytes, expectByte(bytes, skipSpace(bytes, keyEnd), COLON));
    const end = skipValue(bytes, start);
    members.set(key, valueAt({ start, end }));
    at = nextItem(bytes, end, CLOSE_BRACE);
  }
  expectEnd(bytes, at + 1, within);
  return members;
}

/**
 * The items of an array, the first `most` of them: what comes after those is not looked at. Throws
 * JsonStructureError when `within` is not exactly one array.
 */
export function scanArray(bytes: Buffer, within = wholeOf(bytes), most = Infinity): Span[] {
  const items: Span[] = [];
  let at = expectByte(bytes, skipSpace(bytes, within.start), OPEN_BRACKET);
  at = skipSpace(bytes, at);
  while (bytes[at] !== CLOSE_BRACKET) {
    const end = skipValue(bytes, at);
    items.push({ start: at, end });
    if (items.length >= most) return items;
    at = nextItem(bytes, end, CLOSE_BRACKET);
  }
  expectEnd(bytes, at + 1, within);
  return items;
}

/** Past a comma to the next item, or on the closing bracket; a comma before the bracket is refused. */
function nextItem(bytes: Buffer, valueEnd: number, close: number): number {
  const at = skipSpace(bytes, valueEnd);
  if (bytes[at] === close) return at;
  const next = skipSpace(bytes, expectByte(bytes, at, COMMA));
  if (bytes[next] === close) throw new JsonStructureError(`trailing comma at byte ${at}`);
  return next;
}

function skipValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return skipString(bytes, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return skipNested(bytes, start);
  return skipLiteral(bytes, start);
}

/** Past a whole object or array; a stack of brackets, since they must close in their own order. */
function skipNested(bytes: Buffer, start: number): number {
  const closers: number[] = [];
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = skipString(bytes, at) - 1;
    else if (byte === OPEN_BRACE) closers.push(CLOSE_BRACE);
    else if (byte === OPEN_BRACKET) closers.push(CLOSE_BRACKET);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (closers.pop() !== byte) throw new JsonStructureError(`wrong bracket at byte ${at}`);
      if (closers.length === 0) return at + 1;
    }
  }
  throw new JsonStructureError(`the value at byte ${start} does not end`);
}

/** Past the closing quote. indexOf does the walking: most bytes of a large result are text. */
function skipString(bytes: Buffer, start: number): number {
  let from = expectByte(bytes, start, QUOTE);
  for (;;) {
    const quote = bytes.indexOf(QUOTE, from);
    if (quote === -1) throw new JsonStructureError(`the string at byte ${start} does not end`);
    if (!isEscaped(bytes, quote, from)) return quote + 1;
    from = skipCrowd(bytes, quote + 1);
  }
}

/** An odd number of backslashes before a quote escapes it; what is before `from` belongs elsewhere. */
function isEscaped(bytes: Buffer, quote: number, from: number): boolean {
  let at = quote - 1;
  while (at >= from && bytes[at] === BACKSLASH) at--;
  return (quote - at) % 2 === 0;
}

/**
 * Past escaped quotes that follow each other closely: for the 59 MB of a JSON text in a string an indexOf
 * for each takes four times as long. Stops on the closing quote, or where no escaped quote is near.
 */
function skipCrowd(bytes: Buffer, start: number): number {
  let at = start;
  for (let end = start + CROWD_BYTES; at < end && bytes[at] !== QUOTE; at++) {
    if (bytes[at] !== BACKSLASH) continue;
    at++;
    if (bytes[at] === QUOTE) end = at + CROWD_BYTES;
  }
  return at;
}

function skipLiteral(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && isLiteralByte(bytes[at])) at++;
  if (at === start) throw new JsonStructureError(`no value at byte ${start}`);
  return at;
}

/** Letters, digits, `+`, `-` and `.`: what numbers, true, false and null are made of. */
function isLiteralByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e
  );
}

function readKey(bytes: Buffer, start: number, end: number): string {
  const inner = bytes.toString("utf8", start + 1, end - 1);
  if (!inner.includes("\\")) return inner;
  try {
    return String(JSON.parse(`"${inner}"`));
  } catch (cause) {
    throw new JsonStructureError(`bad escape in the name at byte ${start}`, { cause });
  }
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

function expectByte(bytes: Buffer, at: number, expected: number): number {
  if (bytes[at] === expected) return at + 1;
  throw new JsonStructureError(`expected "${String.fromCharCode(expected)}" at byte ${at}`);
}

function expectEnd(bytes: Buffer, at: number, within: Span): void {
  const end = skipSpace(bytes, at);
  if (end !== within.end) throw new JsonStructureError(`text after the value at byte ${end}`);
}
