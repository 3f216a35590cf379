import { startApp, type AppOptions } from "../app.ts";
import { renderDiagnostic } from "../config/diagnostic.ts";
import { loadConfig } from "../config/load.ts";
import type { Backend } from "../proxy/front.ts";
import { formatError } from "./report-error.ts";

/** Reads the config, says what is wrong with it, and starts what can be used. Throws when nothing can. */
export async function loadApp(options: Omit<AppOptions, "config">): Promise<Backend> {
  const { paths, env, log } = options;
  const { config, warnings } = await loadConfig(paths.configFile, env);
  for (const warning of warnings) log.warn(renderDiagnostic(warning));
  for (const fault of config.faults.values()) log.error(formatError(fault));
  return startApp({ ...options, config });
}
