import { Front } from "../proxy/front.ts";
import { createLog } from "../platform/log.ts";
import { homeOf, resolvePaths } from "../platform/paths.ts";
import { loadInstructions } from "../proxy/saved-instructions.ts";
import type { Command } from "./command.ts";
import type { ExitCode } from "./report-error.ts";

const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** Serves one host until it closes stdin or a signal asks us to stop. */
export const serve: Command = {
  name: "serve",
  description: "Serve all configured MCP servers to one host over stdio",
  args: {
    config: { type: "string", valueHint: "path", description: "The config file to use" },
    verbose: { type: "boolean", description: "Log more to stderr" },
  },
  run: async ({ config, verbose }, { env, output }): Promise<ExitCode> => {
    const log = createLog(verbose === true ? "debug" : "info", output.printError);
    const paths = resolvePaths(homeOf(env), typeof config === "string" ? config : undefined);
    const front = new Front({
      instructions: loadInstructions(paths),
      loadBackend: async (host) => {
        const { loadApp } = await import("./load-app.ts");
        return loadApp({ env, paths, log, host });
      },
      log,
    });
    const signalled = firstSignal();
    try {
      await Promise.race([front.closed, signalled]);
      // A script that pipes requests closes our input long before it has read the answers.
      await Promise.race([front.drained(), signalled]);
      return 0;
    } finally {
      await front.stop();
    }
  },
};

function firstSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of STOP_SIGNALS) process.on(signal, () => resolve());
  return promise;
}
