import { isRecord } from "../core/tool.ts";
import { expandEnv } from "./expand-env.ts";
import { readSource } from "./read-source.ts";

/**
 * The variables that each server's entry names without giving a default, by server. Throws what
 * `loadConfig` does for a file that cannot be read or parsed.
 */
export async function loadUsedVariables(path: string): Promise<ReadonlyMap<string, string[]>> {
  const source = await readSource(path);
  const { parseJsonc } = await import("./parse-jsonc.ts");
  const file = parseJsonc(source);
  const servers = isRecord(file) && isRecord(file.mcpServers) ? file.mcpServers : {};
  return new Map(Object.entries(servers).map(([name, entry]) => [name, usedVariables(entry)]));
}

/** The variables that the texts of one or more entries name without giving a default, each once. */
export function usedVariables(value: unknown): string[] {
  return [...new Set(variablesIn(value))];
}

function variablesIn(value: unknown): readonly string[] {
  // With nothing set, all that are used are missing.
  if (typeof value === "string") return expandEnv(value, {}).missing;
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(variablesIn);
}
