import { editTextFile, type EditOptions } from "./edit-file.ts";
import { type ConfigEdit, editJsonc } from "./edit-jsonc.ts";
import { parseJsonc } from "./parse-jsonc.ts";
import { SCHEMA_ADDRESS } from "./schema-address.ts";

/** The edits that a file as it is now needs; called again when the file has changed meanwhile. */
export type EditsFor = (current: unknown) => readonly ConfigEdit[];

/**
 * Changes mcpzip's config file and leaves all else in it as it is; a new one begins with `$schema`. Says
 * whether there was anything to change. Throws CONFIG_INVALID with a code frame for a file that is not JSON,
 * and CONFIG_UNWRITABLE; then the file is as it was.
 */
export async function editConfigFile(
  path: string,
  edits: readonly ConfigEdit[] | EditsFor,
  options: EditOptions,
): Promise<boolean> {
  const change = (text: string) => {
    const isNew = text.trim() === "";
    const wanted =
      typeof edits === "function" ? edits(isNew ? {} : parseJsonc({ file: path, text })) : edits;
    const first = isNew ? [{ path: ["$schema"], value: SCHEMA_ADDRESS }] : [];
    return editJsonc(text, [...first, ...wanted], path);
  };
  return editTextFile(path, change, options);
}
