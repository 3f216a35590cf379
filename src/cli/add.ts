import { checkEntry } from "../config/check-entry.ts";
import { editConfigFile } from "../config/edit.ts";
import type { ConfigEdit } from "../config/edit-jsonc.ts";
import { findWrittenSecrets, type WrittenSecret } from "../config/written-secrets.ts";
import { McpzipError } from "../core/error.ts";
import { isRecord } from "../core/tool.ts";
import { homeOf, resolvePaths } from "../platform/paths.ts";
import { type Entries, entriesFromJson, entryFromFlags } from "./added-entry.ts";
import { COMMON_ARGS, listOf, textOf, type Flags } from "./args.ts";
import type { Command } from "./command.ts";
import type { ExitCode } from "./report-error.ts";

/** Writes servers to the config file, and asks them nothing. */
export const add: Command = {
  name: "add",
  description: "Add a server to the config file",
  usage: ["add NAME [flags] -- COMMAND ARGS…", "add NAME URL [flags]", "add [NAME] --json JSON"],
  args: {
    name: {
      type: "positional",
      required: false,
      description: "What the server is to be called: letters, digits, - and _",
    },
    url: { type: "positional", required: false, description: "Its MCP endpoint on the network" },
    command: {
      type: "rest",
      valueHint: "-- command args…",
      description: "The program that mcpzip is to start, and its arguments",
    },
    env: {
      type: "string",
      isRepeated: true,
      valueHint: "name=value",
      description: "An environment variable for the command; may be given several times",
    },
    header: {
      type: "string",
      isRepeated: true,
      valueHint: "name=value",
      description: "Sent with every request to the URL; may be given several times",
    },
    transport: {
      type: "enum",
      options: ["http", "sse", "stdio"],
      description: "How to speak to the server; http for a URL otherwise",
    },
    json: {
      type: "string",
      valueHint: "json",
      description: "The entry as JSON, or several by name; - reads it from stdin",
    },
    force: { type: "boolean", description: "Replace a server of the same name" },
    ...COMMON_ARGS,
  },
  examples: [
    ["add time -- uvx mcp-server-time", "A program"],
    ["add linear https://mcp.linear.app/mcp", "A server on the network; mcpzip login signs in"],
    ["add db --env 'DSN=${DB_DSN}' -- npx -y my-db", "With a variable, filled in when it starts"],
  ],
  run: async (flags, context): Promise<ExitCode> => {
    const { env, output } = context;
    const entries = await readEntries(flags);
    const warnings = Object.entries(entries).flatMap(([name, entry]) => [
      ...checkEntry(name, entry, env).warnings,
      ...findWrittenSecrets(name, entry).map((secret) => secretWarning(name, secret)),
    ]);
    const { configFile, editLockFile } = resolvePaths(homeOf(env), textOf(flags, "config"));
    const isForced = flags.force === true;
    await editConfigFile(
      configFile,
      (current) => editsFor(entries, { current, configFile, isForced }),
      { lockFile: editLockFile },
    );
    output.print(`added ${quoted(Object.keys(entries))} to ${configFile}`);
    for (const warning of warnings) output.printError(`warning: ${warning}`);
    return 0;
  },
};

async function readEntries(flags: Flags): Promise<Entries> {
  const json = textOf(flags, "json");
  if (json === undefined) return entryFromFlags(flags);
  const others = ["url", "command", "env", "header", "transport"];
  const other = others.find((each) => textOf(flags, each) ?? listOf(flags, each)[0]);
  if (other !== undefined)
    throw new McpzipError("USAGE", `--json says all there is to say, so ${other} has no use`, {
      fix: "mcpzip add --help",
    });
  return entriesFromJson(json === "-" ? await Bun.stdin.text() : json, textOf(flags, "name"));
}

function editsFor(
  entries: Entries,
  { current, configFile, isForced }: { current: unknown; configFile: string; isForced: boolean },
): ConfigEdit[] {
  const servers = isRecord(current) && isRecord(current.mcpServers) ? current.mcpServers : {};
  return Object.entries(entries).map(([name, value]) => {
    if (Object.hasOwn(servers, name) && !isForced)
      throw new McpzipError("USAGE", `there is a server "${name}" in ${configFile} already`, {
        server: name,
        fix: "choose another name, or add --force to replace it",
      });
    return { path: ["mcpServers", name], value };
  });
}

/** Says where the secret stands, never what it is. */
function secretWarning(name: string, { place, variable }: WrittenSecret): string {
  return [
    `server "${name}": ${place} looks like a secret, and is now in the config file in the open`,
    `  fix   write \${${variable}} in its place, and set ${variable} where mcpzip is started`,
  ].join("\n");
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
