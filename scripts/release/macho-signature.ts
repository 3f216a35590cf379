/*
 * The code signature at the end of a Mach-O file, as xnu's osfmk/kern/cs_blobs.h describes it: a "super blob"
 * whose first part, the code directory, has the SHA-256 of every page. All its numbers are big-endian, those of
 * Mach-O itself little-endian.
 */

export const SUPER_BLOB = 0xfade_0cc0;
export const CODE_DIRECTORY = 0xfade_0c02;
export const HASH_LENGTH = 32;
export const SHA_256 = 2;

const SEGMENT_64 = 0x19;
const CODE_SIGNATURE = 0x1d;
const HEADER_SIZE = 32;

/** Where a load command stands that matters here, and what it says. All numbers are bytes in the file. */
export interface MachOLayout {
  readonly text: Segment;
  readonly linkEdit: Segment;
  readonly signature: { readonly command: number; readonly offset: number; readonly size: number };
}

export interface Segment {
  readonly command: number;
  readonly offset: number;
  readonly size: number;
}

/** What checking a signature has found; `faults` is empty for one that macOS takes. */
export interface SignatureCheck {
  readonly pages: number;
  readonly badPages: number;
  readonly faults: readonly string[];
}

/** Reads the load commands. Throws for a file without the parts that every signed executable has. */
export function readLayout(bytes: Uint8Array): MachOLayout {
  const view = viewOf(bytes);
  const segments = new Map<string, Segment>();
  let signature: MachOLayout["signature"] | undefined;
  const count = view.getUint32(16, true);
  for (let at = HEADER_SIZE, index = 0; index < count; index++) {
    const kind = view.getUint32(at, true);
    if (kind === SEGMENT_64) segments.set(nameAt(bytes, at + 8), segmentAt(view, at));
    if (kind === CODE_SIGNATURE) {
      const offset = view.getUint32(at + 8, true);
      signature = { command: at, offset, size: view.getUint32(at + 12, true) };
    }
    at += view.getUint32(at + 4, true);
  }
  const text = segments.get("__TEXT");
  const linkEdit = segments.get("__LINKEDIT");
  if (text === undefined || linkEdit === undefined || signature === undefined)
    throw new Error("the Mach-O file has no __TEXT, no __LINKEDIT, or no place for a signature");
  return { text, linkEdit, signature };
}

/** Recomputes the hash of every page that the signature covers. */
export function checkSignature(bytes: Uint8Array): SignatureCheck {
  const { signature } = readLayout(bytes);
  const view = viewOf(bytes);
  const at = signature.offset;
  if (view.getUint32(at) !== SUPER_BLOB) return broken("there is no signature in its place");
  const directory = at + view.getUint32(at + 16);
  if (view.getUint32(directory) !== CODE_DIRECTORY) return broken("there is no code directory");
  const pages = view.getUint32(directory + 28);
  const limit = view.getUint32(directory + 32);
  if (view.getUint8(directory + 36) !== HASH_LENGTH || view.getUint8(directory + 37) !== SHA_256)
    return broken("the pages are not hashed by SHA-256");
  const pageSize = 2 ** view.getUint8(directory + 39);
  const hashes = directory + view.getUint32(directory + 16);
  let badPages = 0;
  for (let page = 0; page < pages; page++) {
    const content = bytes.subarray(page * pageSize, Math.min((page + 1) * pageSize, limit));
    const place = hashes + page * HASH_LENGTH;
    if (!sha256(content).equals(bytes.subarray(place, place + HASH_LENGTH))) badPages += 1;
  }
  const faults = [
    ...(badPages > 0 ? [`${badPages} of ${pages} pages differ from their hashes`] : []),
    ...(limit === at ? [] : [`it covers ${limit} bytes, and the code has ${at}`]),
    ...(pages === Math.ceil(limit / pageSize) ? [] : ["it has too few or too many pages"]),
  ];
  return { pages, badPages, faults };
}

export function sha256(bytes: Uint8Array): Buffer {
  return new Bun.CryptoHasher("sha256").update(bytes).digest();
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function segmentAt(view: DataView, command: number): Segment {
  const offset = Number(view.getBigUint64(command + 40, true));
  return { command, offset, size: Number(view.getBigUint64(command + 48, true)) };
}

function nameAt(bytes: Uint8Array, at: number): string {
  return new TextDecoder().decode(bytes.subarray(at, at + 16)).replace(/\0.*$/s, "");
}

function broken(fault: string): SignatureCheck {
  return { pages: 0, badPages: 0, faults: [fault] };
}
