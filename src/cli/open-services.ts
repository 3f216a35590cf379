import { openServices } from "../app.ts";
import type { Config, ServerConfig } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { createLog } from "../platform/log.ts";
import { homeOf, resolvePaths } from "../platform/paths.ts";
import type { Host } from "../proxy/host.ts";
import type { Services } from "../proxy/services.ts";
import { RPC_ERROR, RpcError } from "../rpc/message.ts";
import { textOf, type Flags } from "./args.ts";
import type { CommandContext } from "./command.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { ExitCode } from "./report-error.ts";

export interface ServicesForCommand {
  readonly services: Services;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Runs `work` on what `serve` works with: the same catalog, servers and sign-ins. Every server that it started
 * has ended when this resolves, Ctrl-C or not. Nobody is asked to sign in: the error names `mcpzip login`.
 */
export async function withServices(
  { flags, context }: { readonly flags: Flags; readonly context: CommandContext },
  work: (opened: ServicesForCommand) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { env, output } = context;
  const paths = resolvePaths(homeOf(env), textOf(flags, "config"));
  const { config } = await loadConfig(paths.configFile, env);
  const log = createLog(flags.verbose === true ? "debug" : "error", output.printError);
  using interrupt = watchInterrupt();
  const { signal } = interrupt;
  const opened = openServices({ config: unasking(config), env, paths, log, host: NOBODY });
  try {
    const done = work({ services: opened.services, signal });
    return await Promise.race([done, interrupt.exitCode]);
  } catch (error) {
    if (signal.aborted) return await interrupt.exitCode;
    throw error;
  } finally {
    await opened.stop();
  }
}

/** A terminal declares nothing that a server could ask it for. */
const NOBODY: Host = {
  capabilities: () => new Map(),
  notify: () => {},
  request: (method) =>
    Promise.reject(new RpcError(RPC_ERROR.methodNotFound, `${method} is not supported`)),
};

function unasking(config: Config): Config {
  const servers = new Map([...config.servers].map(([name, server]) => [name, quiet(server)]));
  return { ...config, servers };
}

function quiet(server: ServerConfig): ServerConfig {
  if (server.type === "stdio" || server.oauth === undefined) return server;
  return { ...server, oauth: { ...server.oauth, interactive: "never" } };
}
