import { join } from "node:path";
import { createHome, diskState, mcpzipIn, type Home } from "./home.ts";
import { withClient, type RawClient } from "./raw-client.ts";

export const QUERY = { name: "search_tools", arguments: { query: "create issue labels" } };

const SERVICES = "github slack notion linear jira asana stripe sentry gmail calendar".split(" ");
/** The disk is settled when nothing has changed for so long. */
const SETTLED_MS = 700;
const MAX_STARTS = 12;

/** A home whose catalog and search index are complete on disk. */
export interface WarmHome extends Home {
  readonly toolCount: number;
  /** Throws when an upstream was started since the home was warm: then a timed run did more than it should. */
  checkStillWarm(): Promise<void>;
}

/** Lets mcpzip itself fill a home with `toolCount` tools of ten services. */
export async function warmHome(
  folder: string,
  { binary, toolCount }: { readonly binary: string; readonly toolCount: number },
): Promise<WarmHome> {
  const startsFile = join(folder, "upstream-starts");
  const home = await createHome(folder, serversWith(toolCount, startsFile));
  await Bun.write(startsFile, "");
  const starts = () => Bun.file(startsFile).text();
  for (let start = 0; start < MAX_STARTS; start++) {
    const before = `${await diskState(home)}\n${await starts()}`;
    await withClient(mcpzipIn(home, binary), (client) => searchAndSettle(client, home));
    const after = `${await diskState(home)}\n${await starts()}`;
    if (before !== after) continue;
    const warm = await starts();
    return { ...home, toolCount, checkStillWarm: async () => refuseStarts(warm, await starts()) };
  }
  throw new Error(
    `the catalog of ${toolCount} tools is still not complete after ${MAX_STARTS} starts`,
  );
}

function serversWith(toolCount: number, startsFile: string): Record<string, object> {
  const program = join(import.meta.dir, "programs", "many-tools.ts");
  const each = String(Math.ceil(toolCount / SERVICES.length));
  const entries = SERVICES.map((service) => [
    service,
    { command: process.execPath, args: [program, `${service}:${each}`, startsFile] },
  ]);
  return Object.fromEntries(entries);
}

async function searchAndSettle(client: RawClient, home: Home): Promise<void> {
  await client.initialize();
  client.notify("notifications/initialized");
  await client.request("tools/call", QUERY);
  for (let last = "", now = "?"; last !== now; last = now, now = await diskState(home)) {
    await Bun.sleep(SETTLED_MS);
  }
}

function refuseStarts(before: string, now: string): void {
  if (before !== now)
    throw new Error("an upstream was started in a timed run: the catalog was not warm");
}
