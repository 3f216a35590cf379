import { realpathSync } from "node:fs";
import { CLIENTS } from "../../config/clients/all-clients.ts";
import type { ForeignServer, Machine } from "../../config/clients/client.ts";
import { loadClientFiles, type ClientFile } from "../../config/clients/client-file.ts";
import { configServedBy, isMcpzip } from "../../config/clients/own-entry.ts";
import { isRecord } from "../../core/tool.ts";
import { homeOf } from "../../platform/paths.ts";
import { counted } from "./counted.ts";
import type { DoctorContext } from "./context.ts";
import type { Finding } from "./finding.ts";

/** An entry that starts mcpzip, or another server that a client starts by itself. */
interface Entry {
  readonly name: string;
  readonly server: ForeignServer;
  readonly isOurs: boolean;
}

/** Which clients start mcpzip, and whether it is this one. Reads their files, those of this folder too. */
export async function checkClients({ env, paths }: DoctorContext): Promise<Finding[]> {
  const machine: Machine = { platform: process.platform, home: homeOf(env), env };
  const projects = [process.cwd()];
  const loaded = await Promise.all(
    CLIENTS.map(async (client) => loadClientFiles(client, { machine, projects })),
  );
  const problems = loaded.flatMap((each) => each.problems);
  const files = loaded.flatMap((each) => each.files);
  const looked = files.map((file) => ({ file, entries: entriesOf(file) }));
  const isNamed = looked.some(({ entries }) => entries.some(({ isOurs }) => isOurs));
  return [
    ...problems.map(({ client, path, why }) =>
      finding("warn", `the file of ${client.title} cannot be read: ${path}: ${oneLineOf(why)}`),
    ),
    ...looked.flatMap(({ file, entries }) => [
      ...entries
        .filter(({ isOurs }) => isOurs)
        .map((entry) => explain(file, { entry, env, paths })),
      ...others(file, entries),
    ]),
    ...(isNamed ? [] : [unnamed()]),
  ];
}

function entriesOf({ client, root, tables }: ClientFile): Entry[] {
  const serve = { command: process.execPath, args: ["serve"], variables: [] };
  return tables.flatMap(({ entries, project }) =>
    entries.flatMap(([name, raw]) => {
      const server = isRecord(raw) ? client.read(raw, { name, root, project }) : undefined;
      return server === undefined ? [] : [{ name, server, isOurs: isMcpzip(server, serve) }];
    }),
  );
}

function explain(
  { client, path, root }: ClientFile,
  { entry, env, paths }: { readonly entry: Entry } & Pick<DoctorContext, "env" | "paths">,
): Finding {
  const { name, server } = entry;
  const place = `"${name}" in ${path}`;
  const fault = client.registrationFault?.(root);
  if (server.isDisabled === true)
    return finding("note", `${client.title} has mcpzip switched off: ${place}`);
  if (fault !== undefined)
    return finding("warn", `${client.title} will not start mcpzip: ${fault}`, `mend it in ${path}`);
  const command = typeof server.command === "string" ? server.command : "";
  const program = Bun.which(command, { PATH: env.PATH ?? "" });
  if (program === null) {
    const message = `${client.title} is to start ${command}, which is not there: ${place}`;
    return finding("fail", message, `set "command": "${process.execPath}" of ${place}`);
  }
  if (!isSame(program, process.execPath))
    return finding("note", `${client.title} starts another mcpzip, ${program}: ${place}`);
  const served = configServedBy(server, homeOf(env));
  if (served === paths.configFile) return finding("ok", `${client.title} starts this mcpzip`);
  const message = `${client.title} starts this mcpzip with another config file: ${place}`;
  return finding("note", message, `mcpzip doctor --config ${served}`);
}

/** What a client starts beside mcpzip costs its model tokens all the same. */
function others({ client, isShared }: ClientFile, entries: readonly Entry[]): Finding[] {
  const direct = entries.filter(({ isOurs, server }) => !isOurs && server.isDisabled !== true);
  if (direct.length === 0 || isShared) return [];
  const servers = counted(direct.length, "server");
  const message = `${client.title} starts ${servers} without mcpzip`;
  return [finding("note", message, `mcpzip migrate --client ${client.id}`)];
}

function unnamed(): Finding {
  const message = "no client that mcpzip knows is set up to start it";
  return finding(
    "warn",
    message,
    `mcpzip init registers it with your clients; or add ${process.execPath} serve to yours`,
  );
}

function isSame(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    // One of them has just gone.
    return false;
  }
}

function oneLineOf(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function finding(level: Finding["level"], message: string, fix?: string): Finding {
  return { check: "clients", level, message, fix };
}
