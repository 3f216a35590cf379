import {
  CODE_DIRECTORY,
  HASH_LENGTH,
  readLayout,
  SHA_256,
  sha256,
  SUPER_BLOB,
  viewOf,
  type MachOLayout,
} from "./macho-signature.ts";

const PAGE_BITS = 12;
const PAGE = 2 ** PAGE_BITS;
/** The page of memory on arm64, to which the size of a segment in memory is rounded on both machines. */
const SEGMENT_PAGE = 0x4000;
/** Ad hoc, and made by a linker: what Apple's own linker says of its signatures. */
const FLAGS = 0x2_0002;
/** The first version of the code directory that tells where the code lies. */
const VERSION = 0x2_0400;
const DIRECTORY_SIZE = 88;
const SUPER_BLOB_SIZE = 20;
const MAIN_BINARY = 1n;

/**
 * Replaces the signature of a Mach-O executable by one without an identity, as linkers make it. Bun leaves
 * that of its own runtime on x64, which the code that it has added makes false. A release that has a
 * Developer ID signs over it.
 */
export function signAdHoc(executable: Uint8Array, identifier: string): Uint8Array {
  const layout = readLayout(executable);
  const { offset } = layout.signature;
  const name = new TextEncoder().encode(`${identifier}\0`);
  const pages = Math.ceil(offset / PAGE);
  const hashOffset = DIRECTORY_SIZE + name.length;
  const size = SUPER_BLOB_SIZE + hashOffset + pages * HASH_LENGTH;
  const signed = new Uint8Array(offset + size);
  signed.set(executable.subarray(0, offset));
  // Before anything is hashed: the load commands are part of what is.
  announce(signed, layout, size);
  const directory = offset + SUPER_BLOB_SIZE;
  writeSuperBlob(viewOf(signed), offset, size);
  writeDirectory(viewOf(signed), { directory, hashOffset, pages, layout, size });
  signed.set(name, directory + DIRECTORY_SIZE);
  for (let page = 0; page < pages; page++) {
    const content = signed.subarray(page * PAGE, Math.min((page + 1) * PAGE, offset));
    signed.set(sha256(content), directory + hashOffset + page * HASH_LENGTH);
  }
  return signed;
}

/** The load commands say how long the signature is, and that its segment holds it. */
function announce(bytes: Uint8Array, { linkEdit, signature }: MachOLayout, size: number): void {
  const view = viewOf(bytes);
  const inFile = signature.offset + size - linkEdit.offset;
  const inMemory = Math.ceil(inFile / SEGMENT_PAGE) * SEGMENT_PAGE;
  view.setUint32(signature.command + 12, size, true);
  view.setBigUint64(linkEdit.command + 32, BigInt(inMemory), true);
  view.setBigUint64(linkEdit.command + 48, BigInt(inFile), true);
}

function writeSuperBlob(view: DataView, at: number, size: number): void {
  // Magic, length, count; then the kind (0: code directory) and place of its one part.
  [SUPER_BLOB, size, 1, 0, SUPER_BLOB_SIZE].forEach((word, index) =>
    view.setUint32(at + index * 4, word),
  );
}

interface Directory {
  readonly directory: number;
  readonly hashOffset: number;
  readonly pages: number;
  readonly size: number;
  readonly layout: MachOLayout;
}

/** `CS_CodeDirectory`, whose fields that are not named here are zero. */
function writeDirectory(view: DataView, parts: Directory): void {
  const { directory: at, hashOffset, pages, size, layout } = parts;
  const words = [
    CODE_DIRECTORY,
    size - SUPER_BLOB_SIZE,
    VERSION,
    FLAGS,
    hashOffset,
    DIRECTORY_SIZE, // where the identifier is
    0, // special slots: there is no Info.plist, nor entitlements
    pages,
    layout.signature.offset, // how far the code goes
  ];
  words.forEach((word, index) => view.setUint32(at + index * 4, word));
  [HASH_LENGTH, SHA_256, 0, PAGE_BITS].forEach((byte, index) =>
    view.setUint8(at + 36 + index, byte),
  );
  view.setBigUint64(at + 64, BigInt(layout.text.offset));
  view.setBigUint64(at + 72, BigInt(layout.text.size));
  view.setBigUint64(at + 80, MAIN_BINARY);
}
