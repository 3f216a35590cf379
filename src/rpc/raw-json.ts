import { scanArray, scanObject } from "./json-scan.ts";

const COMMA = Buffer.from(",");
const OPEN = Buffer.from("{");
const CLOSE = Buffer.from("}");

/** A JSON value kept as the bytes that it arrived in: it passes through unchanged, parsed only on demand. */
export class RawJson {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  static of(value: unknown): RawJson {
    return value instanceof RawJson ? value : new RawJson(Buffer.from(JSON.stringify(value)));
  }

  /** An object whose members may be RawJson; undefined members are left out. */
  static object(members: Readonly<Record<string, unknown>>): RawJson {
    const parts: Buffer[] = [OPEN];
    for (const [key, value] of Object.entries(members)) {
      if (value === undefined) continue;
      if (parts.length > 1) parts.push(COMMA);
      parts.push(Buffer.from(`${JSON.stringify(key)}:`), RawJson.of(value).bytes);
    }
    parts.push(CLOSE);
    return new RawJson(Buffer.concat(parts));
  }

  /** Throws SyntaxError when the bytes are not JSON. */
  parse(): unknown {
    return JSON.parse(this.text());
  }

  text(): string {
    return this.bytes.toString("utf8");
  }

  get isObject(): boolean {
    return this.bytes[0] === 0x7b;
  }

  /** The members of an object, by name. Throws JsonStructureError for anything else. */
  members(): Map<string, RawJson> {
    const members = new Map<string, RawJson>();
    for (const [key, { start, end }] of scanObject(this.bytes)) {
      members.set(key, new RawJson(this.bytes.subarray(start, end)));
    }
    return members;
  }

  /** The items of an array. Throws JsonStructureError for anything else. */
  items(): RawJson[] {
    return scanArray(this.bytes).map(
      ({ start, end }) => new RawJson(this.bytes.subarray(start, end)),
    );
  }
}
