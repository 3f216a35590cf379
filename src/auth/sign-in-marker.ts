import { readFile } from "node:fs/promises";
import { isRecord } from "../core/tool.ts";
import { writeFileAtomically } from "../platform/atomic-file.ts";

/** What a sign-in leaves for other processes to see, and for later ones. */
export interface SignInMarker {
  /** Where it waits for a person, while it does. */
  readonly url?: URL | undefined;
  /** When the page was last shown to somebody, in milliseconds since the epoch. */
  readonly askedAt?: number | undefined;
}

export async function readMarker(path: string): Promise<SignInMarker | undefined> {
  try {
    const json: unknown = JSON.parse(await readFile(path, "utf8"));
    if (!isRecord(json)) return undefined;
    return {
      url: (typeof json.url === "string" ? URL.parse(json.url) : undefined) ?? undefined,
      askedAt: typeof json.askedAt === "number" ? json.askedAt : undefined,
    };
  } catch {
    // No marker, or half of one: then nothing is known.
    return undefined;
  }
}

export function writeMarker(path: string, { url, askedAt }: SignInMarker): Promise<void> {
  return writeFileAtomically(path, JSON.stringify({ url: url?.href, askedAt }));
}
