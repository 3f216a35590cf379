import { McpzipError } from "../core/error.ts";
import { isRecord } from "../core/tool.ts";
import { parseJsonc } from "../config/parse-jsonc.ts";
import { listOf, textOf, type Flags } from "./args.ts";

/** Entries of `mcpServers`, by name, as they are to be written. */
export type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The entry that the flags of `add` describe. Throws USAGE. */
export function entryFromFlags(flags: Flags): Entries {
  const name = textOf(flags, "name");
  if (name === undefined) throw usage("mcpzip add needs a NAME");
  const url = textOf(flags, "url");
  const [command, ...args] = listOf(flags, "command");
  if (url !== undefined && command !== undefined)
    throw usage("a server is either a URL or a command after --, not both");
  if (command !== undefined) return { [name]: programEntry(flags, command, args) };
  if (url !== undefined) return { [name]: remoteEntry(flags, url) };
  throw usage(`what is server "${name}"? Give a URL, or a command after --`);
}

/**
 * The entries in a piece of JSON: one entry, for which a name is given; entries by name; or these within
 * `mcpServers`, as READMEs show them. Throws CONFIG_INVALID and USAGE.
 */
export function entriesFromJson(text: string, name: string | undefined): Entries {
  const value = parseJsonc({ file: "--json", text });
  if (!isRecord(value)) throw usage("--json wants an object");
  const isEntry = typeof value.command === "string" || typeof value.url === "string";
  if (isEntry && name !== undefined) return { [name]: value };
  if (isEntry) throw usage('one entry needs a name: mcpzip add NAME --json "…"');
  const named = isRecord(value.mcpServers) ? value.mcpServers : value;
  const entries = Object.entries(named).filter((pair): pair is [string, Record<string, unknown>] =>
    isRecord(pair[1]),
  );
  if (entries.length === 0 || entries.length < Object.keys(named).length)
    throw usage('--json wants { "command": … }, { "url": … }, or such entries by name');
  if (name === undefined) return Object.fromEntries(entries);
  const [only, ...others] = entries;
  if (only === undefined || others.length > 0)
    throw usage(`--json holds ${entries.length} servers by name, so NAME has no use`);
  return { [name]: only[1] };
}

function programEntry(flags: Flags, command: string, args: readonly string[]) {
  if (listOf(flags, "header").length > 0)
    throw usage("--header is for a URL; a command takes --env");
  const transport = textOf(flags, "transport") ?? "stdio";
  if (transport !== "stdio") throw usage(`a command is never of --transport ${transport}`);
  const env = pairs(flags, "env");
  return { command, ...(args.length > 0 && { args }), ...(env !== undefined && { env }) };
}

function remoteEntry(flags: Flags, url: string) {
  if (listOf(flags, "env").length > 0) throw usage("--env is for a command; a URL takes --header");
  if (!/^https?:\/\//i.test(url) && !url.includes("${"))
    throw usage(`"${url}" is no http:// or https:// address; a command goes after --`, {
      fix: `mcpzip add ${textOf(flags, "name")} -- ${url} …`,
    });
  const type = textOf(flags, "transport");
  if (type !== undefined && type !== "http" && type !== "sse")
    throw usage('--transport is "http" or "sse" for a URL');
  const headers = pairs(flags, "header");
  return { ...(type && { type }), url, ...(headers !== undefined && { headers }) };
}

/** `A=B` and, for what was copied from a curl command, `A: B`. */
function pairs(flags: Flags, name: "env" | "header"): Record<string, string> | undefined {
  const words = listOf(flags, name);
  if (words.length === 0) return undefined;
  const pattern = name === "env" ? /^([^=]+)=(.*)$/s : /^([^=:]+)(?:=|: ?)(.*)$/s;
  return Object.fromEntries(
    words.map((word) => {
      const [, key, value] = pattern.exec(word) ?? [];
      // The word itself may be a secret.
      if (key === undefined || value === undefined) throw usage(`--${name} wants NAME=VALUE`);
      return [key, value];
    }),
  );
}

function usage(message: string, { fix = "mcpzip add --help" } = {}): McpzipError {
  return new McpzipError("USAGE", message, { fix });
}
