import type { Client } from "./client.ts";
import { keyObstacle, plainFields, remoteType, renamed, typeObstacle } from "./entry-keys.ts";
import { translateEditor } from "./foreign-variables.ts";
import { inHome, joinOn } from "./places.ts";

/** https://cursor.com/docs/mcp */
export const cursor: Client = {
  id: "cursor",
  title: "Cursor",
  format: "json",
  isInTerminal: false,
  files: (machine) => [inHome(machine, ".cursor", "mcp.json")],
  projectFiles: (folder, { platform }) => [joinOn(platform, folder, ".cursor", "mcp.json")],
  tableAt: () => ["mcpServers"],
  translate: translateEditor,
  read: (entry) => ({
    ...plainFields(entry),
    type: remoteType(entry.type),
    oauth: renamed(entry.auth, AUTH_NAMES),
    isDisabled: entry.disabled === true,
    obstacle: typeObstacle(entry.type) ?? keyObstacle(entry, ["envFile"]),
  }),
  mcpzipEntry: ({ command, args }) => ({ command, args }),
};

const AUTH_NAMES = { CLIENT_ID: "clientId", CLIENT_SECRET: "clientSecret", scopes: "scopes" };
