import { isRecord } from "../../core/tool.ts";
import type { Client, Fields } from "./client.ts";
import { keyObstacle, keysOf, optional, toolFilterObstacle } from "./entry-keys.ts";
import { translateNone } from "./foreign-variables.ts";
import { inHome, joinOn } from "./places.ts";

/** https://developers.openai.com/codex/mcp */
export const codex: Client = {
  id: "codex",
  title: "Codex",
  format: "toml",
  isInTerminal: true,
  files: (machine) => {
    const { platform, env } = machine;
    const folder = env.CODEX_HOME || inHome(machine, ".codex");
    return [joinOn(platform, folder, "config.toml")];
  },
  projectFiles: (folder, { platform }) => [joinOn(platform, folder, ".codex", "config.toml")],
  tableAt: () => ["mcp_servers"],
  translate: (text, context) =>
    text.startsWith(OWN_VARIABLE) ? { text: text.slice(1) } : translateNone(text, context),
  read: (entry) => ({
    command: entry.command,
    args: entry.args,
    env: entry.env,
    cwd: entry.cwd,
    url: entry.url,
    type: "http",
    headers: headersOf(entry),
    oauth: oauthOf(entry),
    variables: names(entry.env_vars),
    isDisabled: entry.enabled === false,
    callTimeoutSeconds:
      typeof entry.tool_timeout_sec === "number" ? entry.tool_timeout_sec : undefined,
    obstacle:
      toolFilterObstacle(entry, ["enabled_tools", "disabled_tools"]) ??
      keyObstacle(entry, ["experimental_environment"]),
  }),
  // It hands on only the variables that it is told to.
  mcpzipEntry: ({ command, args, variables }) => ({
    command,
    args,
    ...(variables.length > 0 && { env_vars: variables }),
  }),
  variableFault: (own, variables) => {
    const handed = new Set([...ALWAYS_HANDED_ON, ...(own.variables ?? []), ...keysOf(own.env)]);
    const missing = variables.filter((name) => !handed.has(name));
    if (missing.length === 0) return undefined;
    return `its mcpzip is not given ${missing.join(", ")}; add that to the "env_vars" of mcpzip first`;
  },
};

/** https://developers.openai.com/codex/mcp: all else has to be named. */
const ALWAYS_HANDED_ON = "HOME LANG LC_ALL LOGNAME PATH SHELL TERM TMPDIR TZ USER".split(" ");

/** Marks a text of ours among those of the file, where `${` is only text. */
const OWN_VARIABLE = "\0";

/** Codex names variables apart from what it sends as it stands. */
function headersOf(entry: Fields): Fields | undefined {
  const written = isRecord(entry.http_headers) ? entry.http_headers : {};
  const named = isRecord(entry.env_http_headers) ? Object.entries(entry.env_http_headers) : [];
  const token = entry.bearer_token_env_var;
  const headers = {
    ...written,
    ...Object.fromEntries(named.map(([header, name]) => [header, `${OWN_VARIABLE}\${${name}}`])),
    ...(typeof token === "string" && { Authorization: `${OWN_VARIABLE}Bearer \${${token}}` }),
  };
  return Object.keys(headers).length === 0 ? undefined : headers;
}

function oauthOf(entry: Fields): Fields | undefined {
  const client = isRecord(entry.oauth) ? entry.oauth.client_id : undefined;
  const oauth = {
    ...optional("clientId", client),
    ...optional("scopes", entry.scopes),
    ...optional("resource", entry.oauth_resource),
  };
  return Object.keys(oauth).length === 0 ? undefined : oauth;
}

/** `["A", { name: "B", source: "local" }]` */
function names(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  const found = list.map((each: unknown) => (isRecord(each) ? each.name : each));
  return found.filter((each) => typeof each === "string");
}
