const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A line longer than this is not a message but a fault, or an attack on our memory. */
export const MAX_LINE_BYTES = 256 * 1024 * 1024;

/**
 * Cuts a byte stream into lines, in time linear in its length: chunks are joined once, when their line
 * is complete. Blank lines are skipped. `onTooLong` is told of a line over the limit, which is dropped.
 */
export class LineReader {
  #chunks: Buffer[] = [];
  #length = 0;
  #isDropping = false;
  readonly #onLine: (line: Buffer) => void;
  readonly #onTooLong: () => void;

  constructor(onLine: (line: Buffer) => void, onTooLong: () => void) {
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      this.#keep(bytes.subarray(start, end));
      this.#finishLine();
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  /** The stream has ended: a last line without a newline counts. */
  end(): void {
    this.#finishLine();
  }

  #keep(part: Buffer): void {
    if (this.#isDropping) return;
    this.#length += part.length;
    if (this.#length <= MAX_LINE_BYTES) {
      this.#chunks.push(part);
      return;
    }
    this.#isDropping = true;
    this.#chunks = [];
    this.#onTooLong();
  }

  #finishLine(): void {
    const line = this.#takeLine();
    if (line !== undefined) this.#onLine(line);
  }

  #takeLine(): Buffer | undefined {
    const chunks = this.#chunks;
    const isDropped = this.#isDropping;
    this.#chunks = [];
    this.#length = 0;
    this.#isDropping = false;
    if (isDropped) return undefined;
    const joined = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    if (joined === undefined || joined.length === 0) return undefined;
    const line = joined.at(-1) === CARRIAGE_RETURN ? joined.subarray(0, -1) : joined;
    return isBlank(line) ? undefined : line;
  }
}

function isBlank(line: Buffer): boolean {
  let at = 0;
  while (line[at] === 0x20 || line[at] === 0x09) at++;
  return at === line.length;
}
