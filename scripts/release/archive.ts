import { tar, type ArchiveEntry } from "./tar.ts";
import type { Target } from "./targets.ts";
import { zip } from "./zip.ts";

export interface ArchiveOptions {
  /** Seconds since the epoch, for every file. */
  readonly modifiedAt: number;
  /** xz's, 0 (fast) to 9 (small). */
  readonly level: number;
}

/** `.zip` for Windows, which opens it by itself, and `.tar.xz` for all others. */
export async function archiveOf(
  { format }: Pick<Target, "format">,
  entries: readonly ArchiveEntry[],
  { modifiedAt, level }: ArchiveOptions,
): Promise<Uint8Array> {
  if (format === "pe") return zip(entries, modifiedAt);
  return compress(tar(entries, modifiedAt), level);
}

/**
 * Neither Bun nor Node has xz. Blocks of a fixed size make the bytes those of any number of threads; another
 * version of xz may still compress to other bytes, of which the contents are the same.
 */
async function compress(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  if (Bun.which("xz") === null) throw new Error("xz is needed to make a .tar.xz, and is not there");
  const child = Bun.spawn(["xz", `-${level}`, "--threads=2", "--block-size=32MiB", "--stdout"], {
    stdin: bytes,
    stdout: "pipe",
    stderr: "inherit",
  });
  const [compressed, exitCode] = await Promise.all([
    new Response(child.stdout).bytes(),
    child.exited,
  ]);
  if (exitCode !== 0) throw new Error(`xz failed (exit ${exitCode})`);
  return compressed;
}
