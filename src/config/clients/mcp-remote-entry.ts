import { isRecord } from "../../core/tool.ts";
import type { ForeignServer } from "./client.ts";

/** An entry that starts mcp-remote as the server that mcp-remote reaches, or as the program that it is. */
export type McpRemoteReading =
  | {
      readonly kind: "remote";
      readonly server: ForeignServer;
      /** In mcpzip's form already. */
      readonly headers: Readonly<Record<string, string>>;
      readonly note?: string | undefined;
    }
  | { readonly kind: "program"; readonly note?: string | undefined };

const PROGRAM: McpRemoteReading = { kind: "program" };

/** Flags that say how mcp-remote itself works, with the number of words that follow. */
const OWN_FLAGS: ReadonlyMap<string, number> = new Map([
  ["--allow-http", 0],
  ["--auth-timeout", 1],
  ["--debug", 0],
  ["--enable-proxy", 0],
  ["--host", 1],
  ["--keep-alive", 0],
  ["--ping-interval", 1],
  ["--silent", 0],
]);

/**
 * Takes `npx mcp-remote URL …` for the remote server that it is: mcpzip speaks to it directly and reuses
 * mcp-remote's login. With a flag that mcpzip has no word for, it stays a program, which works as before.
 */
export function readMcpRemote(
  { command, args, env }: ForeignServer,
  translate: (text: string) => string,
): McpRemoteReading {
  if (typeof command !== "string" || !isStrings(args)) return PROGRAM;
  const words = wordsAfterMcpRemote([command, ...args]);
  if (words === undefined) return PROGRAM;
  const [url, ...rest] = words;
  if (url === undefined || !/^https?:/i.test(url)) return PROGRAM;
  const call = readFlags(rest);
  if (typeof call === "string") return kept(call);
  const variables = isRecord(env) ? env : {};
  const used = new Set<string>();
  const fill = (text: string) => filled(text, { variables, used, translate });
  const headers = Object.fromEntries(call.headers.map(([name, value]) => [name, fill(value)]));
  const extra = Object.keys(variables).find((name) => !used.has(name));
  if (extra !== undefined) return kept(`the variable ${extra}`);
  const names = Object.keys(headers);
  if (names.length > 0 && !names.some((name) => /auth|key|token|secret|cookie/i.test(name)))
    return kept("headers that do not sign in");
  const type = call.transport === "sse-only" ? ("sse" as const) : undefined;
  const oauth = call.resource === undefined ? undefined : { resource: call.resource };
  const server = { url, type, ...(names.length === 0 && { oauth }) };
  return { kind: "remote", server, headers, note: "reached directly, without mcp-remote" };
}

function kept(what: string): McpRemoteReading {
  return { kind: "program", note: `keeps mcp-remote, because of ${what}` };
}

/** What follows `mcp-remote` behind a package runner; undefined: this is another program. */
function wordsAfterMcpRemote(words: readonly string[]): readonly string[] | undefined {
  const at = words.findIndex((word) =>
    /^(?:.*[\\/])?mcp-remote(?:@[^\\/]+)?(?:\.cmd)?$/.test(word),
  );
  if (at === -1) return undefined;
  const runner = words.slice(0, at);
  const isRunner = runner.every((word) =>
    /^(?:-y|--yes|-q|--quiet|\/c|cmd(?:\.exe)?|dlx|x|exec|--)$|(?:^|[\\/])(?:npx|bunx|bun|pnpx|pnpm|yarn|npm)(?:\.cmd|\.exe)?$/i.test(
      word,
    ),
  );
  return isRunner ? words.slice(at + 1) : undefined;
}

interface McpRemoteCall {
  readonly headers: (readonly [name: string, value: string])[];
  transport?: string;
  resource?: string;
}

/** What the flags say, or the one that mcpzip has no word for. */
function readFlags(words: readonly string[]): McpRemoteCall | string {
  const call: McpRemoteCall = { headers: [] };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    // The port of the sign-in's callback: mcpzip finds its own.
    if (at === 0 && /^\d+$/.test(word)) continue;
    const own = OWN_FLAGS.get(word);
    const value = words[at + 1] ?? "";
    at += own ?? 1;
    if (own !== undefined) continue;
    const colon = value.indexOf(":");
    if (word === "--header" && colon > 0)
      call.headers.push([value.slice(0, colon).trim(), value.slice(colon + 1).trim()]);
    else if (word === "--transport") call.transport = value;
    else if (word === "--resource") call.resource = value;
    else return word;
  }
  return call;
}

interface Filling {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly used: Set<string>;
  readonly translate: (text: string) => string;
}

/** What is left of `${X}` for mcp-remote, it takes from its environment, to which the entry adds. */
function filled(text: string, { variables, used, translate }: Filling): string {
  const parts = text.split(/(\$\{[A-Za-z_][A-Za-z0-9_]*\})/);
  return parts
    .map((part, index) => {
      if (index % 2 === 0) return translate(part);
      const name = part.slice(2, -1);
      if (!Object.hasOwn(variables, name)) return part;
      used.add(name);
      return translate(String(variables[name]));
    })
    .join("");
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
