import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "./macho-signature.ts";

export const CHECKSUMS_FILE = "SHA256SUMS";

/** SHA-256 in hex, by file name. */
export type Checksums = ReadonlyMap<string, string>;

/** Writes the checksums of all files of a folder, as `sha256sum --check` reads them. */
export async function writeChecksums(folder: string): Promise<void> {
  const found = await readdir(folder, { withFileTypes: true });
  const names = found.filter((each) => each.isFile() && each.name !== CHECKSUMS_FILE);
  const lines: string[] = [];
  for (const { name } of names.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const bytes = await Bun.file(join(folder, name)).bytes();
    lines.push(`${sha256(bytes).toString("hex")}  ${name}\n`);
  }
  await Bun.write(join(folder, CHECKSUMS_FILE), lines.join(""));
}

/** Reads such a file. Throws for a line that is not one of it. */
export function parseChecksums(text: string): Checksums {
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const [, hash, name] = /^([0-9a-f]{64}) [ *]([^/\s]+)\r?$/.exec(line) ?? [];
      if (hash === undefined || name === undefined)
        throw new Error(`not a line of ${CHECKSUMS_FILE}: "${line}"`);
      return [name, hash];
    }),
  );
}
