import { CLIENTS } from "../../config/clients/all-clients.ts";
import type { Client, Machine } from "../../config/clients/client.ts";
import { findClients, registerMcpzip } from "../../config/clients/register-mcpzip.ts";
import { editConfigFile } from "../../config/edit.ts";
import type { ConfigEdit } from "../../config/edit-jsonc.ts";
import { loadUsedVariables } from "../../config/used-variables.ts";
import { McpzipError } from "../../core/error.ts";
import { isRecord } from "../../core/tool.ts";
import { homeOf } from "../../platform/paths.ts";
import { textOf } from "../args.ts";
import { formatError } from "../report-error.ts";
import { serveCommandFor } from "../serve-command.ts";
import type { WizardContext } from "./wizard.ts";

/** Asks which clients are to use mcpzip, and adds it to them beside what they have. */
export async function registerClients(wizard: WizardContext): Promise<void> {
  const { env, prompts, say } = wizard;
  const machine = { platform: process.platform, home: homeOf(env), env };
  const found = await findClients(machine);
  if (found.length === 0) {
    say.info("No client of a kind that mcpzip knows was found; docs/serve.md tells how to add it.");
    return;
  }
  const chosen = await prompts.choose(
    "Which clients are to use mcpzip? (Space chooses, Enter goes on)",
    found.map(({ id, title }) => ({ value: id, label: title })),
    found.map(({ id }) => id),
  );
  if (chosen.length === 0) return;
  await makeServable(wizard);
  // A file that is wrong is no reason not to register: doctor tells of it.
  const used = await loadUsedVariables(wizard.paths.configFile).catch(() => undefined);
  const variables = [...new Set([...(used?.values() ?? [])].flat())];
  for (const client of CLIENTS.filter(({ id }) => chosen.includes(id)))
    say.message(await register(client, { ...wizard, machine, variables }));
  say.info("Restart them to see it. mcpzip migrate takes over the servers that they have.");
}

/** Who adds the servers later has clients until then whose mcpzip starts and has none. */
async function makeServable({ paths }: WizardContext): Promise<void> {
  await editConfigFile(paths.configFile, serversAdded, { lockFile: paths.editLockFile });
}

function serversAdded(config: unknown): ConfigEdit[] {
  const hasServers = isRecord(config) && config.mcpServers !== undefined;
  return hasServers ? [] : [{ path: ["mcpServers"], value: {} }];
}

interface Registering extends WizardContext {
  readonly machine: Machine;
  /** Those that the servers use. */
  readonly variables: readonly string[];
}

async function register(
  client: Client,
  { env, flags, paths, machine, variables }: Registering,
): Promise<string> {
  const configFile = textOf(flags, "config") === undefined ? undefined : paths.configFile;
  try {
    const serve = serveCommandFor(client, { env, configFile, variables });
    const options = { machine, serve, lockFile: paths.editLockFile };
    const { path, isNew } = await registerMcpzip(client, options);
    return `${client.title}: ${isNew ? "added to" : "is already in"} ${path}`;
  } catch (error) {
    // One client's broken file must not keep mcpzip from the others.
    if (error instanceof McpzipError) return `${client.title}: ${formatError(error)}`;
    throw error;
  }
}
