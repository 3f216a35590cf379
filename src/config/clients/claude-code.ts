import { isRecord } from "../../core/tool.ts";
import { type Client, type EntryPlace, type Fields, valueAt } from "./client.ts";
import { keyObstacle, plainFields, remoteType, secondsOf, typeObstacle } from "./entry-keys.ts";
import { translateShell } from "./foreign-variables.ts";
import { inHome, joinOn } from "./places.ts";

/** https://code.claude.com/docs/en/mcp */
export const claudeCode: Client = {
  id: "claude-code",
  title: "Claude Code",
  format: "json",
  isInTerminal: true,
  files: (machine) => {
    const { CLAUDE_CONFIG_DIR: folder } = machine.env;
    if (folder) {
      const inFolder = (name: string) => joinOn(machine.platform, folder, name);
      return [inFolder(".claude.json"), inFolder("config.json")];
    }
    return [inHome(machine, ".claude.json"), inHome(machine, ".claude", "config.json")];
  },
  projectFiles: (folder, { platform }) => [joinOn(platform, folder, ".mcp.json")],
  tableAt: () => ["mcpServers"],
  projectTableAt: (folder) => ["projects", projectKey(folder), "mcpServers"],
  projectsIn: (root) => {
    const projects = valueAt(root, ["projects"]);
    return isRecord(projects) ? Object.keys(projects) : [];
  },
  translate: translateShell,
  read: (entry, place) => ({
    ...plainFields(entry),
    type: remoteType(entry.type),
    oauth: entry.oauth,
    isDisabled: entry.disabled === true || isSwitchedOff(place),
    callTimeoutSeconds: secondsOf(entry.timeout),
    obstacle: typeObstacle(entry.type) ?? keyObstacle(entry, ["headersHelper"]),
  }),
  mcpzipEntry: ({ command, args }): Fields => ({ type: "stdio", command, args }),
};

/** A person can switch servers off for a project, by name. */
function isSwitchedOff({ root, project, name }: EntryPlace): boolean {
  if (project === undefined) return false;
  const settings = valueAt(root, ["projects", projectKey(project)]);
  if (!isRecord(settings)) return false;
  const lists = [settings.disabledMcpServers, settings.disabledMcpjsonServers];
  return lists.some((list) => Array.isArray(list) && list.includes(name));
}

/** On Windows, too, it writes folders with forward slashes. */
function projectKey(folder: string): string {
  return /^[A-Za-z]:\\/.test(folder) ? folder.replaceAll("\\", "/") : folder;
}
