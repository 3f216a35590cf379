import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Target } from "./raw-client.ts";

/** A user's home folder of the bench's own, with one config. */
export interface Home {
  readonly folder: string;
  readonly configFile: string;
  readonly env: Readonly<Record<string, string>>;
}

const YEAR_MINUTES = 525_600;

export async function createHome(
  folder: string,
  mcpServers: Readonly<Record<string, object>>,
): Promise<Home> {
  await mkdir(folder, { recursive: true });
  const configFile = join(folder, "mcp.json");
  // No entry grows stale during the run, so no upstream is started that a timed request did not ask for.
  await Bun.write(configFile, JSON.stringify({ mcpServers, catalog_ttl_minutes: YEAR_MINUTES }));
  return {
    folder,
    configFile,
    env: { HOME: folder, USERPROFILE: folder, PATH: process.env.PATH ?? "" },
  };
}

/** mcpzip as a host starts it. */
export function mcpzipIn({ configFile, env }: Home, binary: string): Target {
  return { command: [binary, "serve", "--config", configFile], env };
}

/** What mcpzip has put on disk, as a text that changes with it; SQLite's journals come and go. */
export async function diskState({ folder }: Home): Promise<string> {
  const cache = join(folder, ".config", "compressed-mcp-proxy", "cache");
  const names = await readdir(cache).catch(() => []);
  const kept = names
    .filter((name) => /^(?:catalog|search-index|instructions)[^-]*$/.test(name))
    .toSorted();
  const states = kept.map(async (name) => {
    const file = await stat(join(cache, name)).catch(() => undefined);
    return `${name} ${file?.size} ${file?.mtimeMs}`;
  });
  return (await Promise.all(states)).join("\n");
}
