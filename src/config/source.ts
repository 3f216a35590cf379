import { createFrame } from "./code-frame.ts";
import type { ConfigDiagnostic } from "./diagnostic.ts";

/** The text of a config file and its absolute path. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** The diagnostic for a place given as an offset into the text. */
export function createDiagnostic(
  { file, text }: Source,
  { offset, message, fix }: { offset: number; message: string; fix?: string | undefined },
): ConfigDiagnostic {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  return { file, line, column, message, fix, frame: createFrame(text, offset) };
}
