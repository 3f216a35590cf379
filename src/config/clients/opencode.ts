import { isRecord } from "../../core/tool.ts";
import type { JsonPath } from "../problem.ts";
import { type Client, type Fields, valueAt } from "./client.ts";
import { renamed } from "./entry-keys.ts";
import { translateOpenCode } from "./foreign-variables.ts";
import { inConfigFolder, joinOn } from "./places.ts";

/** https://opencode.ai/docs/mcp-servers; version 2 keeps its servers in `mcp.servers`. */
export const openCode: Client = {
  id: "opencode",
  title: "OpenCode",
  format: "json",
  isInTerminal: true,
  files: (machine) =>
    ["opencode.json", "opencode.jsonc", "config.json"].map((name) =>
      inConfigFolder(machine, "opencode", name),
    ),
  projectFiles: (folder, { platform }) => [
    joinOn(platform, folder, "opencode.json"),
    joinOn(platform, folder, "opencode.jsonc"),
    joinOn(platform, folder, ".opencode", "opencode.json"),
    joinOn(platform, folder, ".opencode", "opencode.jsonc"),
  ],
  tableAt,
  translate: translateOpenCode,
  read: (entry) => {
    if (entry.type === undefined && entry.command === undefined && entry.url === undefined)
      return undefined;
    const [command, ...args] = Array.isArray(entry.command) ? entry.command : [entry.command];
    return {
      ...(entry.type !== "remote" && { command, args, cwd: entry.cwd }),
      env: entry.environment,
      url: entry.url,
      headers: entry.headers,
      oauth: oauthOf(entry),
      isDisabled: entry.enabled === false || entry.disabled === true,
      obstacle:
        entry.type === "local" || entry.type === "remote" ? undefined : "its type is unknown",
    };
  },
  mcpzipEntry: ({ command, args }, root) => ({
    type: "local",
    command: [command, ...args],
    ...(!isVersion2(root) && { enabled: true }),
  }),
};

function tableAt(root: unknown): JsonPath {
  return isVersion2(root) ? ["mcp", "servers"] : ["mcp"];
}

/** A server of version 1 may be called "servers", and then has a type. */
function isVersion2(root: unknown): boolean {
  const servers = valueAt(root, ["mcp", "servers"]);
  return isRecord(servers) && typeof servers.type !== "string";
}

function oauthOf({ oauth }: Fields): unknown {
  if (oauth === false) return false;
  return renamed(oauth, OAUTH_NAMES);
}

const OAUTH_NAMES = {
  clientId: "clientId",
  clientSecret: "clientSecret",
  scope: "scopes",
  client_id: "clientId",
  client_secret: "clientSecret",
};
