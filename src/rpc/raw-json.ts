import { scanArray, scanMembers, wholeOf, type Span } from "./json-scan.ts";

/**
 * A JSON value kept as the bytes that it arrived in: it passes through unchanged, parsed only on demand.
 * The parts of a value share its bytes; one gets a Buffer of its own only when it is asked for.
 */
export class RawJson {
  readonly #source: Buffer;
  readonly #span: Span;

  constructor(source: Buffer, span = wholeOf(source)) {
    this.#source = source;
    this.#span = span;
  }

  static of(value: unknown): RawJson {
    return value instanceof RawJson ? value : new RawJson(Buffer.from(JSON.stringify(value)));
  }

  /** An object whose members may be RawJson; undefined members are left out. */
  static object(members: Readonly<Record<string, unknown>>): RawJson {
    const parts: Buffer[] = [];
    let text = "{";
    let separator = "";
    for (const [key, value] of Object.entries(members)) {
      if (value === undefined) continue;
      text += `${separator}${JSON.stringify(key)}:`;
      separator = ",";
      if (value instanceof RawJson) {
        parts.push(Buffer.from(text), value.bytes);
        text = "";
      } else text += JSON.stringify(value);
    }
    parts.push(Buffer.from(`${text}}`));
    return new RawJson(Buffer.concat(parts));
  }

  get bytes(): Buffer {
    const { start, end } = this.#span;
    const isWhole = start === 0 && end === this.#source.length;
    return isWhole ? this.#source : this.#source.subarray(start, end);
  }

  /** Throws SyntaxError when the bytes are not JSON. */
  parse(): unknown {
    return JSON.parse(this.text());
  }

  text(): string {
    return this.#source.toString("utf8", this.#span.start, this.#span.end);
  }

  /** The first byte, which tells what kind of value this is. */
  get opening(): number | undefined {
    return this.#source[this.#span.start];
  }

  get isObject(): boolean {
    return this.opening === 0x7b;
  }

  get isNull(): boolean {
    return this.opening === 0x6e && this.text() === "null";
  }

  /** The members of an object, by name. Throws JsonStructureError for anything else. */
  members(): Map<string, RawJson> {
    return scanMembers(this.#source, this.#span, (span) => new RawJson(this.#source, span));
  }

  /** The items of an array, the first `most` of them. Throws JsonStructureError for anything else. */
  items(most?: number): RawJson[] {
    const spans = scanArray(this.#source, this.#span, most);
    return spans.map((span) => new RawJson(this.#source, span));
  }
}
