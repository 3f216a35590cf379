import type { Client } from "./client.ts";
import { plainFields, remoteType, toolFilterObstacle, typeObstacle } from "./entry-keys.ts";
import { translateWindsurf } from "./foreign-variables.ts";
import { inHome } from "./places.ts";

/** https://docs.windsurf.com/windsurf/cascade/mcp; the second file is that of its plugins. */
export const windsurf: Client = {
  id: "windsurf",
  title: "Windsurf",
  format: "json",
  isInTerminal: false,
  files: (machine) => [
    inHome(machine, ".codeium", "windsurf", "mcp_config.json"),
    inHome(machine, ".codeium", "mcp_config.json"),
  ],
  tableAt: () => ["mcpServers"],
  translate: translateWindsurf,
  read: (entry) => ({
    ...plainFields(entry),
    url: entry.serverUrl ?? entry.url,
    type: remoteType(entry.type),
    isDisabled: entry.disabled === true,
    obstacle: typeObstacle(entry.type) ?? toolFilterObstacle(entry, ["disabledTools"]),
  }),
  mcpzipEntry: ({ command, args }) => ({ command, args }),
};
