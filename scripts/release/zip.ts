import { crc32, deflateRawSync } from "node:zlib";
import { modeOf, sorted, type ArchiveEntry } from "./tar.ts";

const LOCAL_FILE = 0x0403_4b50;
const CENTRAL_FILE = 0x0201_4b50;
const END = 0x0605_4b50;
/** Names are UTF-8. */
const UTF_8_NAMES = 0x800;
const DEFLATED = 8;
/** Version 2.0 of the format, by a Unix program, so that modes count. */
const MADE_BY = (3 << 8) | 20;
const NEEDED = 20;
const REGULAR_FILE = 0o100_000;

interface Packed {
  readonly entry: ArchiveEntry;
  readonly name: Buffer;
  readonly content: Uint8Array;
  readonly checksum: number;
}

/** A zip file that depends on the entries alone (PKWARE's APPNOTE, sections 4.3.7, 4.3.12, 4.3.16). */
export function zip(entries: readonly ArchiveEntry[], modifiedAt: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const packed of sorted(entries).map(pack)) {
    const shared = sharedFields(packed, modifiedAt);
    const local = Buffer.concat([words([LOCAL_FILE, 4]), shared, packed.name, packed.content]);
    directory.push(centralHeader(packed, { shared, offset }));
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([...parts, ...directory, endRecord(directory.length, { size, offset })]);
}

function pack(entry: ArchiveEntry): Packed {
  return {
    entry,
    name: Buffer.from(entry.path),
    content: deflateRawSync(entry.content, { level: 9 }),
    checksum: crc32(entry.content),
  };
}

/** What a file's own header and its line in the directory have in common. */
function sharedFields({ entry, name, content, checksum }: Packed, modifiedAt: number): Uint8Array {
  return words(
    [NEEDED, 2],
    [UTF_8_NAMES, 2],
    [DEFLATED, 2],
    [dosTime(modifiedAt), 4],
    [checksum, 4],
    [content.length, 4],
    [entry.content.length, 4],
    [name.length, 2],
    [0, 2],
  );
}

function centralHeader(
  { entry, name }: Packed,
  { shared, offset }: { readonly shared: Uint8Array; readonly offset: number },
): Uint8Array {
  const attributes = (REGULAR_FILE | modeOf(entry)) * 2 ** 16;
  const head = words([CENTRAL_FILE, 4], [MADE_BY, 2]);
  const tail = words([0, 2], [0, 2], [0, 2], [attributes, 4], [offset, 4]);
  return Buffer.concat([head, shared, tail, name]);
}

function endRecord(
  count: number,
  { size, offset }: { readonly size: number; readonly offset: number },
): Uint8Array {
  return words([END, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]);
}

/** Seconds by two, from 1980 on, in no time zone: UTC here. */
function dosTime(modifiedAt: number): number {
  const at = new Date(Math.max(modifiedAt, Date.UTC(1980, 0, 1) / 1000) * 1000);
  const date =
    ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time =
    (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | Math.floor(at.getUTCSeconds() / 2);
  return date * 2 ** 16 + time;
}

/** Little-endian numbers of so many bytes. */
function words(...fields: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  const size = fields.reduce((sum, [, bytes]) => sum + bytes, 0);
  const buffer = Buffer.alloc(size);
  let at = 0;
  for (const [value, bytes] of fields) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}
