import { resolvePaths } from "../../platform/paths.ts";
import type { Client, ForeignServer, ServeCommand } from "./client.ts";

/** Whether an entry starts mcpzip: this one, one that is installed elsewhere, or one from npm. */
export function isMcpzip({ command, args }: ForeignServer, serve: ServeCommand): boolean {
  const words = [command, ...(Array.isArray(args) ? args : [])].filter(
    (word) => typeof word === "string",
  );
  const own = [serve.command, ...serve.args.slice(0, serve.args.indexOf("serve") + 1)];
  if (own.every((word, at) => words[at] === word)) return true;
  const program = words.find((word) => !isLauncher(word));
  return (program !== undefined && isProgramName(program)) || isWrapped(words);
}

/** `bash -lc "exec mcpzip serve"`, `env A=1 mcpzip serve`: whatever stands before it. */
function isWrapped(words: readonly string[]): boolean {
  const spoken = words.flatMap(spokenWords);
  return spoken.some((word, at) => isProgramName(word) && spoken[at + 1] === "serve");
}

/** The words that a shell would make of one. */
function spokenWords(word: string): string[] {
  return word.split(/[\s"';&]+/);
}

export interface OwnEntryNeeds {
  readonly home: string;
  /** Whose servers the client is to have. */
  readonly configFile: string;
  /** Those that the servers use. */
  readonly variables: readonly string[];
}

/**
 * Why none of the entries that start mcpzip brings the servers of this config file to its client; completes
 * the sentence "left untouched: …". Undefined: one does.
 */
export function ownEntriesFault(
  client: Client,
  entries: readonly ForeignServer[],
  needs: OwnEntryNeeds,
): string | undefined {
  const faults = entries.map(
    (entry) => entryFault(entry, needs) ?? client.variableFault?.(entry, needs.variables),
  );
  return faults.includes(undefined) ? undefined : faults[0];
}

function entryFault(entry: ForeignServer, { home, configFile }: OwnEntryNeeds): string | undefined {
  if (entry.isDisabled === true)
    return "its mcpzip is switched off; switch it on, or remove its entry, first";
  const served = configServedBy(entry, home);
  if (served === configFile) return undefined;
  return `its mcpzip reads another file; add --config ${served}, or remove its entry first`;
}

/** The config file of the mcpzip that an entry starts, absolute. */
export function configServedBy(entry: ForeignServer, home: string): string {
  return resolvePaths(home, configOf(entry)).configFile;
}

function configOf({ args }: ForeignServer): string | undefined {
  const written = Array.isArray(args) ? args.filter((word) => typeof word === "string") : [];
  const words = written.flatMap((word) => (isWrapped([word]) ? spokenWords(word) : [word]));
  const inline = words.find((word) => word.startsWith("--config="));
  if (inline !== undefined) return inline.slice("--config=".length);
  const at = words.indexOf("--config");
  return at === -1 ? undefined : words[at + 1];
}

function isLauncher(word: string): boolean {
  return /^(?:-.*|\/c|dlx|x|exec)$|(?:^|[\\/])(?:cmd|npx|bunx|bun|pnpx|pnpm|yarn|npm)(?:\.cmd|\.exe)?$/i.test(
    word,
  );
}

/** The older name is that of the program which mcpzip continues. */
function isProgramName(word: string): boolean {
  return /(?:^|[\\/])(?:mcpzip|compressed-mcp-proxy)(?:\.[cm]?js|\.cmd|\.exe)?(?:@[^\\/]+)?$/i.test(
    word,
  );
}
