import type { Client, Machine } from "./client.ts";
import { plainFields, remoteType, typeObstacle } from "./entry-keys.ts";
import { translateNone } from "./foreign-variables.ts";
import { inAppFolder, joinOn } from "./places.ts";

const FILE = "claude_desktop_config.json";

/** https://modelcontextprotocol.io/docs/develop/connect-local-servers */
export const claudeDesktop: Client = {
  id: "claude-desktop",
  title: "Claude Desktop",
  format: "json",
  isInTerminal: false,
  files: (machine) => [inAppFolder(machine, "Claude", FILE), ...storeFiles(machine)],
  tableAt: () => ["mcpServers"],
  translate: translateNone,
  read: (entry) => ({
    ...plainFields(entry),
    type: remoteType(entry.type),
    isDisabled: entry.disabled === true,
    obstacle: typeObstacle(entry.type),
  }),
  mcpzipEntry: ({ command, args }) => ({ command, args }),
};

/** Installed from the Windows store, it sees a folder of its own in place of `%APPDATA%`. */
function storeFiles({ platform, env }: Machine): string[] {
  if (platform !== "win32" || !env.LOCALAPPDATA) return [];
  const folder = ["Packages", "Claude_pzs8sxrjxfjjc", "LocalCache", "Roaming", "Claude"];
  return [joinOn(platform, env.LOCALAPPDATA, ...folder, FILE)];
}
