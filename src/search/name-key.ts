import { splitQualifiedName } from "../core/tool-name.ts";

/** Case and punctuation do not tell names apart. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/** What a tool may be asked for by: its name, and server and name. */
export function nameKeysOf(qualifiedName: string): readonly [string, string] {
  const name = splitQualifiedName(qualifiedName)?.tool ?? qualifiedName;
  return [nameKey(name), nameKey(qualifiedName)];
}
