import { realpathSync } from "node:fs";
import type { Client, ServeCommand } from "../config/clients/client.ts";
import type { Env } from "../config/config.ts";
import { VERSION } from "../platform/version.ts";

interface Options {
  readonly env: Env;
  /** Undefined: the one that mcpzip reads by itself. */
  readonly configFile: string | undefined;
  readonly variables?: readonly string[];
}

/**
 * How a client is to start this program: as `mcpzip` where that is what the PATH of the person's shell
 * finds and the client has that PATH; else by its path, preferring one that outlives an upgrade.
 */
export function serveCommandFor(
  { isInTerminal }: Pick<Client, "isInTerminal">,
  { env, configFile, variables = [] }: Options,
): ServeCommand {
  const serve = ["serve", ...(configFile === undefined ? [] : ["--config", configFile])];
  const program = process.execPath;
  if (isRunFromSource()) return { command: program, args: [Bun.main, ...serve], variables };
  const onPath = Bun.which("mcpzip", { PATH: env.PATH ?? "" });
  const isThis = onPath !== null && realPath(onPath) === realPath(program);
  if (!isThis) return { command: program, args: serve, variables };
  // A package manager's link stays where it is; the program behind it has a version in its path.
  return { command: isInTerminal ? "mcpzip" : onPath, args: serve, variables };
}

function isRunFromSource(): boolean {
  return VERSION.endsWith("-source");
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Gone since: then it is nobody's.
    return path;
  }
}
