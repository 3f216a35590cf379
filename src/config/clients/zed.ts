import { isRecord } from "../../core/tool.ts";
import type { Client, Fields, ForeignServer, Machine } from "./client.ts";
import { renamed } from "./entry-keys.ts";
import { translateNone } from "./foreign-variables.ts";
import { inAppFolder, inConfigFolder, inHome, joinOn } from "./places.ts";

/** https://zed.dev/docs/ai/mcp */
export const zed: Client = {
  id: "zed",
  title: "Zed",
  format: "json",
  isInTerminal: false,
  files: (machine) => [settingsFile(machine)],
  projectFiles: (folder, { platform }) => [joinOn(platform, folder, ".zed", "settings.json")],
  tableAt: () => ["context_servers"],
  translate: translateNone,
  read: (entry) => ({
    ...commandOf(entry),
    url: entry.url,
    headers: entry.headers,
    type: "http",
    oauth: renamed(entry.oauth, { client_id: "clientId", client_secret: "clientSecret" }),
    isDisabled: entry.enabled === false,
    obstacle: isOfExtension(entry) ? "it belongs to an extension of Zed" : undefined,
  }),
  // Versions before 2026 want to be told that it is no extension's.
  mcpzipEntry: ({ command, args }) => ({ source: "custom", command, args, env: {} }),
};

function settingsFile(machine: Machine): string {
  if (machine.platform === "win32") return inAppFolder(machine, "Zed", "settings.json");
  // On macOS, unlike most apps, it keeps to ~/.config, and does not ask XDG_CONFIG_HOME there.
  return machine.platform === "darwin"
    ? inHome(machine, ".config", "zed", "settings.json")
    : inConfigFolder(machine, "zed", "settings.json");
}

/** Older settings have `{ "path", "args", "env" }` as the command. */
function commandOf({ command, args, env, cwd }: Fields): ForeignServer {
  if (!isRecord(command)) return { command, args, env, cwd };
  return { command: command.path, args: command.args, env: command.env, cwd };
}

function isOfExtension({ source, command, url }: Fields): boolean {
  return source === "extension" || (command === undefined && url === undefined);
}
