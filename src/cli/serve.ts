import { startProxy } from "../app.ts";
import { renderDiagnostic } from "../config/diagnostic.ts";
import { loadConfig } from "../config/load.ts";
import { createLog } from "../platform/log.ts";
import { resolvePaths } from "../platform/paths.ts";
import type { Command } from "./command.ts";
import { write } from "./output.ts";
import { formatError, type ExitCode } from "./report-error.ts";

const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** Serves one host until it closes stdin or a signal asks us to stop. */
export const serve: Command = {
  name: "serve",
  description: "Serve all configured MCP servers to one host over stdio",
  args: {
    config: { type: "string", valueHint: "path", description: "The config file to use" },
    verbose: { type: "boolean", description: "Log more to stderr" },
  },
  run: async ({ config: configPath, verbose }, { env }): Promise<ExitCode> => {
    const log = createLog(verbose === true ? "debug" : "info", (line) => write(2, line));
    const home = env.HOME ?? env.USERPROFILE ?? "";
    const paths = resolvePaths(home, typeof configPath === "string" ? configPath : undefined);
    const { config, warnings } = await loadConfig(paths.configFile, env);
    for (const warning of warnings) log.warn(renderDiagnostic(warning));
    for (const fault of config.faults.values()) log.error(formatError(fault));
    const proxy = startProxy({ config, env, paths, log });
    await Promise.race([proxy.closed, firstSignal()]);
    await proxy.stop();
    return 0;
  },
};

function firstSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of STOP_SIGNALS) process.on(signal, () => resolve());
  return promise;
}
