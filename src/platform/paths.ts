/** Where mcpzip keeps its things; the folder's name is older than the program's. */
export interface Paths {
  /** Absolute, as are the others. */
  readonly configFile: string;
  /** What each server's tools were when last asked. All files of the cache may be deleted at any time. */
  readonly catalogFile: string;
  readonly searchIndexFile: string;
  /** Vectors by a hash of their text, so all configurations share them. */
  readonly searchVectorsFile: string;
  readonly instructionsFile: string;
  /** How many calls there were, of what and how they ended. */
  readonly callLogFile: string;
  /** Tokens, one file for each server that was signed in to. */
  readonly authFolder: string;
  /** Locked by whoever changes a config file, ours or another client's. */
  readonly editLockFile: string;
}

const FOLDER = ".config/compressed-mcp-proxy";

/** Where nothing can be kept: for a user without a home, whose files must not land just anywhere. */
const NOWHERE = "/dev/null";

/** The user's home directory, by the environment. */
export function homeOf(env: Readonly<Record<string, string | undefined>>): string {
  return [env.HOME, env.USERPROFILE].find((each) => each !== undefined && each !== "") ?? NOWHERE;
}

/**
 * `home`: the user's home directory. `config`: what `--config` names, relative to the current directory.
 * Each config file has a cache of its own: servers of the same name need not be the same.
 */
export function resolvePaths(home: string, config: string | undefined): Paths {
  const folder = `${absolute(home)}/${FOLDER}`;
  const defaultFile = `${folder}/config.json`;
  const configFile = config === undefined ? defaultFile : absolute(config);
  const scope = configFile === defaultFile ? "" : `-${shortHash(configFile)}`;
  return {
    configFile,
    catalogFile: `${folder}/cache/catalog${scope}.db`,
    searchIndexFile: `${folder}/cache/search-index${scope}.db`,
    searchVectorsFile: `${folder}/cache/search-vectors.db`,
    instructionsFile: `${folder}/cache/instructions${scope}.json`,
    callLogFile: `${folder}/cache/calls${scope}.db`,
    authFolder: `${folder}/auth`,
    editLockFile: `${folder}/cache/edit.lock`,
  };
}

/** As node:path's `resolve`, without its share of start-up time. */
function absolute(path: string): string {
  return isPlain(path) ? path : Bun.fileURLToPath(Bun.pathToFileURL(path));
}

/** Absolute and without steps to take back, as hosts write it; a test that needs no regular expression. */
function isPlain(path: string): boolean {
  return (
    path.startsWith("/") && !path.includes("/.") && !path.includes("//") && !path.endsWith("/")
  );
}

/** Tells files apart, and hides nothing. */
function shortHash(text: string): string {
  return Bun.hash(text).toString(36);
}
