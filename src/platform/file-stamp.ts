import { statSync } from "node:fs";

/**
 * Equal stamps mean that a path leads to the same file with the same content; a link to another file, a file
 * that was replaced, and one that is gone have another. Costs microseconds.
 */
export function fileStamp(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  } catch {
    // Not there or out of reach, which is a state like any other.
    return "";
  }
}

/** Equal for the same folder only: not for one that was made anew under the old name. */
export function folderIdentity(path: string): string {
  try {
    const { dev, ino, birthtimeNs } = statSync(path, { bigint: true });
    return [dev, ino, birthtimeNs].join(" ");
  } catch {
    // Not there or out of reach.
    return "";
  }
}
