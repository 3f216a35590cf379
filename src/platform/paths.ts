import { join, resolve } from "node:path";

/** Where mcpzip keeps its things; the folder's name is older than the program's. */
export interface Paths {
  readonly configFile: string;
  /** What each server's tools were when last asked; a cache, like the index: both may be deleted. */
  readonly catalogFile: string;
  readonly searchIndexFile: string;
}

const FOLDER = "compressed-mcp-proxy";

/**
 * `home`: the user's home directory. `config`: what `--config` names, relative to the current directory.
 * Each config file has a catalog of its own: servers of the same name need not be the same.
 */
export function resolvePaths(home: string, config: string | undefined): Paths {
  const folder = join(home, ".config", FOLDER);
  const defaultFile = join(folder, "config.json");
  const configFile = config === undefined ? defaultFile : resolve(config);
  const scope = configFile === defaultFile ? "" : `-${shortHash(configFile)}`;
  return {
    configFile,
    catalogFile: join(folder, "cache", `catalog${scope}.db`),
    searchIndexFile: join(folder, "cache", `search-index${scope}.json`),
  };
}

function shortHash(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 12);
}
