import { existsSync } from "node:fs";
import { CatalogStore } from "../../catalog/store.ts";
import type { Env } from "../../config/config.ts";
import { loadConfig } from "../../config/load.ts";
import { qualifyToolName } from "../../core/tool-name.ts";
import { createLog } from "../../platform/log.ts";
import { homeOf, resolvePaths } from "../../platform/paths.ts";
import type { Candidate } from "./candidates.ts";

interface Options {
  readonly env: Env;
  /** What `--config` names on the line that is being typed. */
  readonly config: string | undefined;
}

/** The configured servers, those with a fault included. */
export async function knownServers({ env, config: path }: Options): Promise<Candidate[]> {
  const { configFile } = resolvePaths(homeOf(env), path);
  const { config } = await loadConfig(configFile, env);
  const names = [...config.servers.keys(), ...config.faults.keys()];
  return names.map((word) => ({ word, meaning: typeOf(config.servers.get(word)?.type) }));
}

/** The tools of all servers that are in use, by the names that the model calls them by. */
export async function knownTools({ env, config: path }: Options): Promise<Candidate[]> {
  const { configFile, catalogFile } = resolvePaths(homeOf(env), path);
  const { config } = await loadConfig(configFile, env);
  if (!existsSync(catalogFile)) return [];
  const store = new CatalogStore(
    catalogFile,
    createLog("error", () => {}),
  );
  try {
    const used = [...config.servers.values()].filter(({ isDisabled }) => !isDisabled);
    return used.flatMap(({ name }) =>
      store.toolNames(name).map((tool) => ({ word: qualifyToolName(name, tool) })),
    );
  } finally {
    store.close();
  }
}

function typeOf(type: string | undefined): string {
  return type === undefined ? "its configuration is wrong" : `${type} server`;
}
