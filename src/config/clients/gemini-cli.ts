import { isRecord } from "../../core/tool.ts";
import { type Client, type Fields, valueAt } from "./client.ts";
import {
  keyObstacle,
  keysOf,
  plainFields,
  remoteType,
  renamed,
  secondsOf,
  toolFilterObstacle,
  typeObstacle,
} from "./entry-keys.ts";
import { translateGemini } from "./foreign-variables.ts";
import { inHome, joinOn } from "./places.ts";

/** https://geminicli.com/docs/tools/mcp-server */
export const geminiCli: Client = {
  id: "gemini-cli",
  title: "Gemini CLI",
  format: "json",
  isInTerminal: true,
  files: (machine) => [inHome(machine, ".gemini", "settings.json")],
  projectFiles: (folder, { platform }) => [joinOn(platform, folder, ".gemini", "settings.json")],
  tableAt: () => ["mcpServers"],
  translate: translateGemini,
  read: (entry, { name, root }) => ({
    ...plainFields(entry),
    url: entry.httpUrl ?? entry.url,
    type:
      entry.httpUrl === undefined ? (remoteType(entry.type) ?? sseUnlessMcp(entry.url)) : "http",
    oauth: oauthOf(entry),
    isDisabled: isSwitchedOff(name, root),
    callTimeoutSeconds: secondsOf(entry.timeout),
    obstacle:
      typeObstacle(entry.type) ??
      toolFilterObstacle(entry, ["includeTools", "excludeTools"]) ??
      (entry.authProviderType === "dynamic_discovery"
        ? undefined
        : keyObstacle(entry, ["authProviderType"])),
  }),
  // It withholds variables that look like secrets from servers that do not name them.
  mcpzipEntry: ({ command, args, variables }) => {
    const named = variables.filter((name) => LOOKS_SECRET.test(name));
    const env = Object.fromEntries(named.map((name) => [name, `$${name}`]));
    return { command, args, ...(named.length > 0 && { env }) };
  },
  variableFault: (own, variables) => {
    const handed = keysOf(own.env);
    const missing = variables.filter((name) => LOOKS_SECRET.test(name) && !handed.includes(name));
    if (missing.length === 0) return undefined;
    const named = missing.map((name) => `"${name}": "$${name}"`).join(", ");
    return `its mcpzip is not given ${missing.join(", ")}; add ${named} to its "env" first`;
  },
  registrationFault: (root) => {
    const allowed = valueAt(root, ["mcp", "allowed"]);
    if (!Array.isArray(allowed) || allowed.includes("mcpzip")) return undefined;
    return '"mcp.allowed" names the servers that it may use; add "mcpzip" to that list first';
  },
};

const LOOKS_SECRET = /auth|cert|cred|key|passw|private|secret|token/i;

/** By its documentation `url` is SSE; newer versions try both. */
function sseUnlessMcp(url: unknown): "sse" | undefined {
  return typeof url === "string" && !/\/mcp\/?$/.test(url) ? "sse" : undefined;
}

function isSwitchedOff(name: string, root: unknown): boolean {
  const excluded = valueAt(root, ["mcp", "excluded"]);
  const allowed = valueAt(root, ["mcp", "allowed"]);
  if (Array.isArray(excluded) && excluded.includes(name)) return true;
  return Array.isArray(allowed) && !allowed.includes(name);
}

function oauthOf({ oauth }: Fields): unknown {
  if (!isRecord(oauth)) return undefined;
  if (oauth.enabled === false) return false;
  return renamed(oauth, OAUTH_NAMES);
}

const OAUTH_NAMES = { clientId: "clientId", clientSecret: "clientSecret", scopes: "scopes" };
