import type { Client } from "./client.ts";
import { keyObstacle, plainFields, remoteType, renamed, typeObstacle } from "./entry-keys.ts";
import { translateEditor } from "./foreign-variables.ts";
import { inAppFolder, joinOn } from "./places.ts";

/** https://code.visualstudio.com/docs/agents/reference/mcp-configuration; its default profile only. */
export const vscode: Client = {
  id: "vscode",
  title: "VS Code",
  format: "json",
  isInTerminal: false,
  files: (machine) =>
    ["Code", "Code - Insiders"].map((app) => inAppFolder(machine, app, "User", "mcp.json")),
  projectFiles: (folder, { platform }) => [joinOn(platform, folder, ".vscode", "mcp.json")],
  tableAt: () => ["servers"],
  translate: translateEditor,
  read: (entry) => ({
    ...plainFields(entry),
    type: remoteType(entry.type),
    oauth: renamed(entry.oauth, { clientId: "clientId" }),
    isDisabled: entry.disabled === true,
    obstacle:
      typeObstacle(entry.type) ?? keyObstacle(entry, ["envFile", "sandboxEnabled", "sandbox"]),
  }),
  mcpzipEntry: ({ command, args }) => ({ type: "stdio", command, args }),
};
