import { isRecord } from "../../core/tool.ts";
import type { ConfigEdit } from "../edit-jsonc.ts";
import type { JsonPath } from "../problem.ts";
import { type Client, type Fields, valueAt } from "./client.ts";
import { parseClientText } from "./client-file.ts";

/** What is to become of one table of servers. */
export interface TableChange {
  readonly at: JsonPath;
  readonly removed: readonly (readonly [name: string, raw: unknown])[];
  readonly added: readonly (readonly [name: string, fields: Fields])[];
}

/**
 * A client's text with other servers in it and all else as it was. An entry that is not any more as it was
 * when it was read stays: nobody has taken it over. Throws CONFIG_INVALID or CONFIG_UNWRITABLE.
 */
export async function rewriteClientText(
  client: Client,
  source: { readonly file: string; readonly text: string },
  changes: readonly TableChange[],
): Promise<string> {
  const root = await parseClientText(client, source);
  const current = changes.map((change) => ({ ...change, removed: stillThere(root, change) }));
  if (client.format === "json") {
    const { editTable } = await import("./edit-table.ts");
    const edit = (text: string, change: TableChange) =>
      editTable(text, { at: change.at, edits: editsOf(change), file: source.file });
    return current.reduce(edit, source.text);
  }
  const { editToml } = await import("./toml-text.ts");
  return current.reduce((text, { at, removed, added }) => {
    const [table = ""] = at;
    const names = removed.map(([name]) => name);
    return editToml(text, { table: String(table), removed: names, added }, source.file);
  }, source.text);
}

function stillThere(root: unknown, { at, removed }: TableChange): TableChange["removed"] {
  const table = valueAt(root, at);
  if (!isRecord(table)) return [];
  return removed.filter(([name, raw]) => Bun.deepEquals(table[name], raw));
}

function editsOf({ removed, added }: TableChange): ConfigEdit[] {
  return [
    ...removed.map(([name]) => ({ path: [name], value: undefined })),
    ...added.map(([name, fields]) => ({ path: [name], value: fields })),
  ];
}
