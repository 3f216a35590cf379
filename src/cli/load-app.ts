import { startApp, type ServeOptions } from "../app.ts";
import { renderDiagnostic } from "../config/diagnostic.ts";
import { loadConfig, type LoadedConfig } from "../config/load.ts";
import type { Backend } from "../proxy/front.ts";
import { formatError } from "./report-error.ts";

type Options = Omit<ServeOptions, "loaded" | "load">;

/** Reads the config, says what is wrong with it, and starts what can be used. Throws when nothing can. */
export async function loadApp(options: Options): Promise<Backend> {
  const load = () => loadAloud(options);
  return startApp({ ...options, loaded: await load(), load });
}

async function loadAloud({ paths, env, log }: Options): Promise<LoadedConfig> {
  const loaded = await loadConfig(paths.configFile, env);
  for (const warning of loaded.warnings) log.warn(renderDiagnostic(warning));
  for (const fault of loaded.config.faults.values()) log.error(formatError(fault));
  return loaded;
}
