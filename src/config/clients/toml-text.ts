import { parse } from "smol-toml";
import { errorMessage, McpzipError } from "../../core/error.ts";
import { isRecord } from "../../core/tool.ts";
import type { Fields } from "./client.ts";
import { tomlSections } from "./toml-sections.ts";

/** Throws CONFIG_INVALID; a parser's own message would quote lines, which may hold secrets. */
export function parseToml({ file, text }: { file: string; text: string }): unknown {
  try {
    return parse(text, { integersAsBigInt: "asNeeded" });
  } catch (cause) {
    const [message = ""] = errorMessage(cause).split("\n");
    const line = isRecord(cause) && typeof cause.line === "number" ? `:${cause.line}` : "";
    const fix = "mend it by hand";
    throw new McpzipError("CONFIG_INVALID", `${file}${line}: ${message}`, { fix, cause });
  }
}

export interface TomlChange {
  /** The table of tables, `mcp_servers`. */
  readonly table: string;
  readonly removed: readonly string[];
  readonly added: readonly (readonly [name: string, fields: Fields])[];
}

/**
 * Cuts `[table.name]` out of a TOML text with all that belongs to it, and adds others, the first where
 * the first was cut. All else keeps its bytes. Throws CONFIG_UNWRITABLE when the result would mean anything
 * else than that, as for servers that are not written as tables of their own.
 */
export function editToml(text: string, change: TomlChange, file: string): string {
  const { table, removed, added } = change;
  const isCut = ([first, second]: readonly string[]) =>
    first === table && second !== undefined && removed.includes(second);
  const sections = tomlSections(text);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const written = added.map(([name, fields]) => tableText([table, name], fields, eol)).join(eol);
  const kept: string[] = [];
  let isWritten = written === "";
  for (const { path, body, rest } of sections) {
    if (!isCut(path)) {
      kept.push(body + rest);
      continue;
    }
    const gap = rest === "" || rest.startsWith(eol) ? "" : eol;
    kept.push(isWritten ? rest.trimStart() : written + gap + rest);
    isWritten = true;
  }
  const edited = isWritten ? kept.join("") : appended(kept.join(""), written, eol);
  assertMeant(text, { edited, change, file });
  return edited;
}

function appended(text: string, written: string, eol: string): string {
  if (text.trim() === "") return text + written;
  return `${text.replace(/[\r\n]*$/, "")}${eol}${eol}${written}`;
}

/** Reads the result again: whatever a cut might have gone wrong over, nothing but the change may differ. */
function assertMeant(
  text: string,
  { edited, change, file }: { edited: string; change: TomlChange; file: string },
): void {
  const { table, removed, added } = change;
  const before = parseToml({ file, text });
  const wanted: Record<string, unknown> = isRecord(before) ? { ...before } : {};
  const servers = isRecord(wanted[table]) ? { ...wanted[table] } : {};
  for (const name of removed) delete servers[name];
  for (const [name, fields] of added) servers[name] = fields;
  wanted[table] = servers;
  const after = parsedOrNothing(edited);
  if (isRecord(after) && Bun.deepEquals({ ...after, [table]: after[table] ?? {} }, wanted)) return;
  throw new McpzipError("CONFIG_UNWRITABLE", `cannot change ${file}`, {
    why: `its servers are not written as [${table}.NAME] tables of their own`,
    fix: "change it by hand, or write them as such tables",
  });
}

function parsedOrNothing(text: string): unknown {
  try {
    return parseToml({ file: "", text });
  } catch {
    // What was TOML before is none any more: no meaning at all.
    return undefined;
  }
}

function tableText(path: readonly string[], fields: Fields, eol: string): string {
  const lines = Object.entries(fields).map(
    ([key, value]) => `${tomlKey(key)} = ${tomlValue(value)}`,
  );
  return `${[`[${path.map(tomlKey).join(".")}]`, ...lines].join(eol)}${eol}`;
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
}

/** Texts, numbers, booleans and lists of them; JSON writes these as TOML does. */
function tomlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(", ")}]`;
  if (isRecord(value)) {
    const pairs = Object.entries(value).map(
      ([key, each]) => `${tomlKey(key)} = ${tomlValue(each)}`,
    );
    return `{ ${pairs.join(", ")} }`;
  }
  // Of the control characters, JSON leaves this one as it is.
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}
