import { McpzipError } from "../core/error.ts";
import { buildServer } from "./build-server.ts";
import { checkServer } from "./check-server.ts";
import type { Env, ServerConfig } from "./config.ts";
import type { Problem } from "./problem.ts";

/** An entry that may be written to the config file. */
export interface CheckedEntry {
  /** Undefined while a variable that it needs is not set. */
  readonly server: ServerConfig | undefined;
  /** What is better said: an unknown key, a variable that is not set here. */
  readonly warnings: readonly string[];
}

/**
 * Checks an entry of `mcpServers` before it is written, as `loadConfig` will afterwards. Throws
 * CONFIG_INVALID for one that could never be used.
 */
export function checkEntry(name: string, raw: unknown, env: Env): CheckedEntry {
  const problems: Problem[] = [];
  const report = (problem: Problem) => void problems.push(problem);
  const entry = checkServer(name, { raw, report });
  const server = entry && buildServer(name, { entry, env, report });
  const [fault, ...others] = problems.filter(isLasting);
  if (fault !== undefined) {
    const why = others.length === 0 ? undefined : others.map(({ message }) => message).join("\n");
    throw new McpzipError("CONFIG_INVALID", fault.message, { server: name, why, fix: fault.fix });
  }
  return { server, warnings: problems.map(({ message }) => message) };
}

/** A variable that is missing here may be set where the host starts mcpzip. */
function isLasting({ severity, code }: Problem): boolean {
  return severity !== "warning" && code !== "ENV_MISSING";
}
