import { stat } from "node:fs/promises";
import { posix, win32 } from "node:path";
import { McpzipError } from "../../core/error.ts";
import { isRecord } from "../../core/tool.ts";
import { editTextFile } from "../edit-file.ts";
import { CLIENTS } from "./all-clients.ts";
import type { Client, Machine, ServeCommand } from "./client.ts";
import { type ClientFile, loadClientFiles } from "./client-file.ts";
import { isMcpzip } from "./own-entry.ts";
import { rewriteClientText } from "./rewrite-client.ts";

/** The clients that this person seems to have: a file of theirs is there, or the folder that it goes into. */
export async function findClients(machine: Machine): Promise<Client[]> {
  const there = await Promise.all(CLIENTS.map((client) => isThere(client, machine)));
  return CLIENTS.filter((_, index) => there[index]);
}

async function isThere(client: Client, machine: Machine): Promise<boolean> {
  const { dirname } = machine.platform === "win32" ? win32 : posix;
  const files = client.files(machine);
  const folders = files.map((file) => dirname(file)).filter((folder) => folder !== machine.home);
  const found = await Promise.all([...files, ...folders].map((path) => exists(path)));
  return found.includes(true);
}

export interface RegisterOptions {
  readonly machine: Machine;
  readonly serve: ServeCommand;
  /** `editLockFile` of platform/paths. */
  readonly lockFile: string;
}

export interface Registration {
  readonly path: string;
  /** False: mcpzip was in there before. */
  readonly isNew: boolean;
}

/**
 * Adds mcpzip to a client beside its other servers, in the file that it has, else in a new one. Throws
 * CONFIG_UNWRITABLE, and CONFIG_INVALID for a file that cannot be read; then nothing has changed.
 */
export async function registerMcpzip(
  client: Client,
  { machine, serve, lockFile }: RegisterOptions,
): Promise<Registration> {
  const { files, problems } = await loadClientFiles(client, { machine, projects: [] });
  const [problem] = problems;
  if (problem !== undefined) throw refusal("CONFIG_INVALID", problem.path, problem.why);
  const registered = files.find((file) => hasMcpzip(file, serve));
  if (registered !== undefined) return { path: registered.path, isNew: false };
  const [first = ""] = client.files(machine);
  const file = files[0] ?? { path: first, root: {} };
  const fault = client.registrationFault?.(file.root);
  if (fault !== undefined) throw refusal("CONFIG_UNWRITABLE", file.path, fault);
  await addEntry(client, { file, serve, lockFile });
  return { path: file.path, isNew: true };
}

/** Whether mcpzip stands in a client's file, so that the client starts it. */
export function hasMcpzip({ client, root, tables }: ClientFile, serve: ServeCommand): boolean {
  return tables.some(({ entries, project }) =>
    entries.some(([name, raw]) => {
      const foreign = isRecord(raw) ? client.read(raw, { name, root, project }) : undefined;
      return foreign !== undefined && isMcpzip(foreign, serve);
    }),
  );
}

async function addEntry(
  client: Client,
  {
    file,
    serve,
    lockFile,
  }: {
    file: Pick<ClientFile, "path" | "root">;
    serve: ServeCommand;
    lockFile: string;
  },
): Promise<void> {
  const { path, root } = file;
  const entry = ["mcpzip", client.mcpzipEntry(serve, root)] as const;
  const change = { at: client.tableAt(root), removed: [], added: [entry] };
  const text = await Bun.file(path)
    .text()
    .catch(() => "");
  const changed = await rewriteClientText(client, { file: path, text }, [change]);
  const rewrite = (now: string) => {
    if (now === text) return changed;
    throw refusal("CONFIG_UNWRITABLE", path, "another program has just changed it");
  };
  await editTextFile(path, rewrite, { lockFile });
}

function refusal(code: "CONFIG_INVALID" | "CONFIG_UNWRITABLE", path: string, why: string) {
  const fix = "mend it, then try again";
  return new McpzipError(code, `cannot add mcpzip to ${path}`, { why, fix });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
