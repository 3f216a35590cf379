import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import { type ConfigEdit, editJsonc } from "../edit-jsonc.ts";
import { lineIndentAt } from "../jsonc-layout.ts";
import type { JsonPath } from "../problem.ts";

/** Below this, looking through the whole text for each edit takes less than a few milliseconds. */
const LARGE = 200_000;

/**
 * Changes entries of one table in a JSON text. Claude Code keeps megabytes beside its servers, so in a
 * large text the table is cut out, edited among lines like those that it has round it, and put back.
 */
export function editTable(
  text: string,
  { at, edits, file }: { at: JsonPath; edits: readonly ConfigEdit[]; file: string },
): string {
  const whole = () =>
    editJsonc(
      text,
      edits.map((edit) => ({ ...edit, path: [...at, ...edit.path] })),
      file,
    );
  if (text.length < LARGE) return whole();
  const table = uniqueNode(text, at);
  if (table?.type !== "object") return whole();
  const [before, after] = surroundings(text, table.offset);
  const [start, end] = [table.offset, table.offset + table.length];
  const inside = edits.map((edit) => ({ ...edit, path: ["table", ...edit.path] }));
  const edited = editJsonc(before + text.slice(start, end) + after, inside, file);
  const value = edited.slice(before.length, edited.length - after.length);
  return text.slice(0, start) + value + text.slice(end);
}

/** Undefined when a key on the way is written twice: which of them counts, editJsonc knows. */
function uniqueNode(text: string, at: JsonPath): Node | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) return undefined;
  const node = findNodeAtLocation(root, [...at]);
  for (let each = node?.parent; each?.parent !== undefined; each = each.parent.parent) {
    const key: unknown = each.children?.[0]?.value;
    const isKey = (other: Node) => other.children?.[0]?.value === key;
    if (each.parent.children?.filter(isKey).length !== 1) return undefined;
  }
  return node;
}

/** An object round the table with the indentation, the spacing and the line ends of the text. */
function surroundings(text: string, offset: number): readonly [before: string, after: string] {
  const colon = /":[ \t]/.test(text) ? ": " : ":";
  const other = `"other"${colon}"long enough to be taken for a line of a program"`;
  if (!text.trim().includes("\n")) return [`{${other},"table"${colon}`, "}"];
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const unit = /^(?:\t|[ ]{1,8})(?=["\]}[{])/m.exec(text)?.[0] ?? "  ";
  const indent = lineIndentAt(text, offset);
  return [`{${eol}${unit}${other},${eol}${indent}"table"${colon}`, `${eol}}`];
}
