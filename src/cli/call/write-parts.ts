import { writeFile } from "node:fs/promises";
import { printable } from "../../core/printable.ts";
import type { Output } from "../output.ts";
import { blobPath, type OutputPlace } from "./output-place.ts";
import type { Part } from "./result-parts.ts";

export interface WriteOptions {
  readonly output: Output;
  readonly place: OutputPlace | undefined;
  /** What files in a folder are named after. */
  readonly name: string;
  /** To stderr, where what a failed tool says belongs. */
  readonly isError?: boolean;
  /** Whoever reads JSON needs no text. */
  readonly isQuiet?: boolean;
}

/** Prints what is text and saves what is not, in the order in which it came. */
export async function writeParts(parts: readonly Part[], options: WriteOptions): Promise<void> {
  const { place, output, isError = false, isQuiet = false } = options;
  const texts = parts.flatMap((part) => (part.kind === "text" ? [part.text] : []));
  if (place?.kind === "file" && texts.length === parts.length && !isError) {
    await save(place.path, { content: texts.join("\n"), what: "text", output });
    return;
  }
  const print = isError
    ? (text: string) => output.printError(printable(text))
    : output.printForeign;
  let number = 0;
  for (const part of parts) {
    if (part.kind === "blob") await writeBlob(part, { ...options, number: ++number });
    else if (!isQuiet) print(part.text);
  }
}

async function writeBlob(
  { base64, mimeType }: Part & { readonly kind: "blob" },
  { place, name, number, output, isQuiet }: WriteOptions & { readonly number: number },
): Promise<void> {
  const content = Buffer.from(base64, "base64");
  if (place !== undefined) {
    const path = blobPath(place, { number, name, mimeType });
    await save(path, { content, what: mimeType, output });
    return;
  }
  if (isQuiet === true) return;
  output.printError(`${mimeType}, ${bytesText(content.length)}: --output FILE saves it`);
}

async function save(
  path: string,
  { content, what, output }: { content: string | Buffer; what: string; output: Output },
): Promise<void> {
  await writeFile(path, content);
  output.printError(`saved ${path} (${what}, ${bytesText(Buffer.byteLength(content))})`);
}

function bytesText(bytes: number): string {
  return `${bytes.toLocaleString("en")} ${bytes === 1 ? "byte" : "bytes"}`;
}
