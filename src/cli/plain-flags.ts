import type { Command, Flags } from "./command.ts";

/**
 * The flags when they are plainly right (`--name value`, `--name=value`, `--name`), as they are when a host
 * starts us; else nothing, and the command line's library has the word. That spares start-up the library.
 */
export function readPlainFlags({ args }: Command, words: readonly string[]): Flags | undefined {
  const flags: Record<string, unknown> = {};
  for (let at = 0; at < words.length; at++) {
    const [, name, inline] = /^--([a-z][a-z-]*)(?:=(.+))?$/s.exec(words[at] ?? "") ?? [];
    const arg = name === undefined || !Object.hasOwn(args, name) ? undefined : args[name];
    if (name === undefined || arg === undefined) return undefined;
    const value = arg.type === "boolean" ? inline === undefined : (inline ?? words[++at]);
    const isFit = value === true || (typeof value === "string" && !value.startsWith("-"));
    if (!isFit) return undefined;
    flags[name] = value;
  }
  return flags;
}
