import { access, constants, mkdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { errorMessage, McpzipError } from "../../core/error.ts";

/** Where `--output` puts what is no text. */
export type OutputPlace =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "file"; readonly path: string };

/**
 * Looks at `--output` before anything is called, since a call cannot be taken back. A path that ends with a slash
 * is a folder, and is made. Throws USAGE where nothing can be written.
 */
export async function checkOutput(path: string | undefined): Promise<OutputPlace | undefined> {
  if (path === undefined) return undefined;
  try {
    if (/[/\\]$/.test(path)) await mkdir(path, { recursive: true });
    const found = await stat(path).catch(() => undefined);
    const isFolder = found?.isDirectory() === true;
    await access(found === undefined ? dirname(path) : path, constants.W_OK);
    return { kind: isFolder ? "folder" : "file", path };
  } catch (cause) {
    throw new McpzipError("USAGE", `nothing can be written to --output ${path}`, {
      why: errorMessage(cause),
      fix: "name a file in a folder that is there, or a folder",
      cause,
    });
  }
}

/** Of the types that tools answer with; a server's own words never become part of a path. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ["application/gzip", "gz"],
  ["application/json", "json"],
  ["application/pdf", "pdf"],
  ["application/zip", "zip"],
  ["audio/flac", "flac"],
  ["audio/mp4", "m4a"],
  ["audio/mpeg", "mp3"],
  ["audio/ogg", "ogg"],
  ["audio/wav", "wav"],
  ["audio/webm", "webm"],
  ["audio/x-wav", "wav"],
  ["image/avif", "avif"],
  ["image/bmp", "bmp"],
  ["image/gif", "gif"],
  ["image/jpeg", "jpg"],
  ["image/png", "png"],
  ["image/svg+xml", "svg"],
  ["image/tiff", "tiff"],
  ["image/webp", "webp"],
  ["text/csv", "csv"],
  ["text/html", "html"],
  ["text/plain", "txt"],
  ["video/mp4", "mp4"],
  ["video/webm", "webm"],
]);

/** The path of the `number`th blob, from 1: `shot.png`, `shot-2.png`, or `server__tool-1.png` in a folder. */
export function blobPath(
  { kind, path }: OutputPlace,
  { number, name, mimeType }: { number: number; name: string; mimeType: string },
): string {
  if (kind === "file") {
    if (number === 1) return path;
    const ending = extname(path);
    return join(dirname(path), `${basename(path, ending)}-${number}${ending}`);
  }
  const [type = ""] = mimeType.toLowerCase().split(/\s*;/, 1);
  const safeName = name.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 100);
  return join(path, `${safeName}-${number}.${EXTENSIONS.get(type) ?? "bin"}`);
}
