import { type Node, type ParseError, parseTree } from "jsonc-parser";
import { McpzipError } from "../core/error.ts";
import { insertionInto, removalOf, type Splice } from "./jsonc-splice.ts";
import { jsonText } from "./json-text.ts";
import { layoutAt, lineIndentAt } from "./jsonc-layout.ts";
import { parseJsonc } from "./parse-jsonc.ts";
import { type JsonPath, pathName } from "./problem.ts";

/** One change: what is to stand at a path; undefined: nothing. An index at an array's end appends. */
export interface ConfigEdit {
  readonly path: JsonPath;
  readonly value: unknown;
}

/** The start of a text; `editJsonc` keeps it. */
const BOM = "\uFEFF";

/**
 * Changes a text of JSON with comments and leaves all else as it is: comments, order, indentation, line
 * ends, trailing commas. An empty text counts as `{}`. Throws CONFIG_INVALID with a code frame (`file` names
 * the file) when the text is not JSON, and when a path leads through something that is no object.
 */
export function editJsonc(text: string, edits: readonly ConfigEdit[], file = "the text"): string {
  if (text.startsWith(BOM)) return BOM + editJsonc(text.slice(1), edits, file);
  let edited = text.trim() === "" ? `{}${text.includes("\r\n") ? "\r\n" : "\n"}` : text;
  parseJsonc({ file, text: edited });
  for (const edit of edits) edited = applyEdit(edited, edit, file);
  treeOf(edited, file);
  return edited;
}

function applyEdit(text: string, { path, value }: ConfigEdit, file: string): string {
  const { container, found, depth } = walk(treeOf(text, file), path, file);
  if (value === undefined) {
    if (found === undefined) return text;
    const shorter = spliced(text, removalOf(text, found));
    // A key may be written twice: without the last, the one before it would count.
    return container.type === "object" ? applyEdit(shorter, { path, value }, file) : shorter;
  }
  if (found !== undefined) return spliced(text, replacementOf(text, found, value));
  const [step = "", ...rest] = path.slice(depth);
  const nested = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return spliced(text, insertionInto(text, { container, step, value: nested }));
}

interface Walk {
  /** The innermost object or array on the way. */
  readonly container: Node;
  /** What stands at the path. */
  readonly found: Node | undefined;
  /** How many steps lead to `container`. */
  readonly depth: number;
}

function walk(root: Node, path: JsonPath, file: string): Walk {
  let container = root;
  for (const [depth, step] of path.entries()) {
    const isRight = container.type === (typeof step === "number" ? "array" : "object");
    if (!isRight) throw misfit(file, path.slice(0, depth), container);
    const found = childOf(container, step);
    if (found === undefined || depth === path.length - 1) return { container, found, depth };
    container = found;
  }
  return { container: root, found: root, depth: 0 };
}

/** Of equal keys the last one counts, as in JSON.parse. */
function childOf({ children = [] }: Node, step: string | number): Node | undefined {
  if (typeof step === "number") return children[step];
  return children.findLast((child) => child.children?.[0]?.value === step)?.children?.[1];
}

function replacementOf(text: string, found: Node, value: unknown): Splice {
  const { offset, length } = found;
  const layout = layoutAt(text, found.parent?.parent ?? found);
  const written = jsonText(value, layout, lineIndentAt(text, offset));
  return { offset, length, text: written };
}

function spliced(text: string, { offset, length, text: written }: Splice): string {
  return text.slice(0, offset) + written + text.slice(offset + length);
}

/** An edit that broke the JSON would be our own fault, and must not reach the disk. */
function treeOf(text: string, file: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined || errors.length > 0)
    throw new McpzipError("INTERNAL", `an edit would have broken ${file}`);
  return root;
}

function misfit(file: string, path: JsonPath, { type }: Node): McpzipError {
  const subject = path.length === 0 ? `what ${file} holds` : `"${pathName(path)}" in ${file}`;
  const message = `${subject} is of the wrong kind to be changed: ${type}`;
  return new McpzipError("CONFIG_INVALID", message, { fix: `make it an object, or remove it` });
}
