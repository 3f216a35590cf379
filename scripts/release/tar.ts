/** A file of an archive. Nothing else is in one that we make. */
export interface ArchiveEntry {
  /** With slashes, relative. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly isExecutable?: boolean;
}

const BLOCK = 512;
/** The POSIX format splits longer names in two; ours are not. */
const MAX_PATH = 100;

/**
 * A tar file (POSIX ustar) that depends on the entries alone: sorted by path, owned by nobody, all of one time.
 * `modifiedAt` is in seconds since the epoch.
 */
export function tar(entries: readonly ArchiveEntry[], modifiedAt: number): Uint8Array {
  const parts = sorted(entries).flatMap((entry) => [
    headerOf(entry, modifiedAt),
    entry.content,
    new Uint8Array((BLOCK - (entry.content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...parts, new Uint8Array(2 * BLOCK)]);
}

/** By the bytes of their paths, which no locale changes. */
export function sorted(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  return entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

export function modeOf({ isExecutable = false }: ArchiveEntry): number {
  return isExecutable ? 0o755 : 0o644;
}

function headerOf(entry: ArchiveEntry, modifiedAt: number): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(entry.path) > MAX_PATH) throw new Error(`too long a path: ${entry.path}`);
  header.write(entry.path, 0);
  header.write(octal(modeOf(entry), 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(entry.content.length, 12), 124);
  header.write(octal(modifiedAt, 12), 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\x0000", 257);
  header.write("root", 265);
  header.write("root", 297);
  // The sum is taken with spaces in its own place.
  header.write(`${octal(sumOf(header), 7)} `, 148);
  return header;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}

function sumOf(header: Uint8Array): number {
  return header.reduce((sum, byte) => sum + byte, 0);
}
