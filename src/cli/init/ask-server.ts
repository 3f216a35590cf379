import { checkEntry } from "../../config/check-entry.ts";
import type { Env } from "../../config/config.ts";
import { McpzipError } from "../../core/error.ts";
import { serverNameFault } from "../../core/tool-name.ts";
import type { Prompts } from "./prompts.ts";
import { splitWords } from "./split-words.ts";

/** An entry of `mcpServers` as somebody has described it. */
export interface AskedServer {
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

export type ServerKind = "program" | "remote";

/** Asks for all that an entry needs; what the schema refuses is asked again. */
export async function askServer(
  kind: ServerKind,
  { prompts, taken, env }: { prompts: Prompts; taken: ReadonlySet<string>; env: Env },
): Promise<AskedServer> {
  const source =
    kind === "program"
      ? await prompts.text("Which command starts it?", {
          placeholder: "npx -y @modelcontextprotocol/server-filesystem ~/notes",
          check: commandFault,
        })
      : await prompts.text("What is its address?", {
          placeholder: "https://mcp.linear.app/mcp",
          check: addressFault,
        });
  const name = await prompts.text("What is it to be called?", {
    initialValue: suggestName(source, taken),
    check: (text) => nameFault(text, taken),
  });
  const fields = kind === "program" ? programFields(source) : { url: source };
  const pairs = await askPairs(kind, { prompts, name, fields, env });
  return { name, entry: { ...fields, ...pairs } };
}

/** Variables for a program, headers for an address, one at a time until nothing is entered. */
async function askPairs(
  kind: ServerKind,
  { prompts, name, fields, env }: { prompts: Prompts; name: string; fields: object; env: Env },
): Promise<Readonly<Record<string, unknown>>> {
  const key = kind === "program" ? "env" : "headers";
  const message =
    kind === "program"
      ? "An environment variable that it needs? (Enter for none)"
      : "A header that it needs? (Enter for none; signing in comes later)";
  const placeholder = kind === "program" ? "API_KEY=${API_KEY}" : "Authorization=Bearer ${TOKEN}";
  const pairs: Record<string, string> = {};
  for (;;) {
    const entryWith = (text: string) => ({ ...fields, [key]: { ...pairs, ...pairOf(text) } });
    const text = await prompts.text(message, {
      placeholder,
      check: (written) =>
        written === "" ? undefined : pairFault(written, { name, entry: entryWith(written), env }),
    });
    if (text === "") return Object.keys(pairs).length === 0 ? {} : { [key]: pairs };
    Object.assign(pairs, pairOf(text));
  }
}

function programFields(line: string): Readonly<Record<string, unknown>> {
  const [command, ...args] = splitWords(line) ?? [];
  return { command, ...(args.length > 0 && { args }) };
}

function pairOf(text: string): Readonly<Record<string, string>> {
  const [, name, value = ""] = /^([^=:\s]+)\s*[=:]\s*(.*)$/s.exec(text) ?? [];
  return name === undefined ? {} : { [name]: value };
}

function commandFault(line: string): string | undefined {
  const words = splitWords(line);
  if (words === undefined) return "A quote is not closed.";
  if (words.length === 0) return "A command is needed.";
  return /^https?:/.test(words[0] ?? "")
    ? "That is an address; press Ctrl-C and choose again."
    : undefined;
}

function addressFault(text: string): string | undefined {
  const isAddress = /^https?:\/\/\S+$/.test(text) || text.includes("${");
  return isAddress ? undefined : "It begins with https:// (or http:// on this machine).";
}

function nameFault(name: string, taken: ReadonlySet<string>): string | undefined {
  if (taken.has(name)) return "There is a server of that name already.";
  return serverNameFault(name);
}

function pairFault(
  text: string,
  { name, entry, env }: AskedServer & { readonly env: Env },
): string | undefined {
  if (Object.keys(pairOf(text)).length === 0) return "Write it as NAME=VALUE.";
  try {
    checkEntry(name, entry, env);
  } catch (error) {
    if (error instanceof McpzipError) return error.message;
    throw error;
  }
  return undefined;
}

/** The last part of a package's or a host's name that says something. */
function suggestName(source: string, taken: ReadonlySet<string>): string {
  const url = URL.parse(source);
  const isAddress = url !== null && /^https?:$/.test(url.protocol);
  const words = isAddress ? url.hostname.split(".").slice(0, -1) : (splitWords(source) ?? []);
  const telling = isAddress
    ? words.findLast((word) => !/^(?:mcp|api|www|\d+)$/.test(word))
    : words.find((word, at) => !word.startsWith("-") && (at > 0 || words.length === 1));
  const name = (telling ?? "")
    .replace(/@[\d.]+$|@latest$/, "")
    .replace(/^.*[\\/]|\.[a-z]+$/g, "")
    .replace(/^(?:mcp-server-|server-|mcp-)|(?:-mcp-server|-server|-mcp)$/g, "")
    .replace(/[^A-Za-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return taken.has(name) ? "" : name;
}
