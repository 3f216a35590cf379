import { stat } from "node:fs/promises";
import { posix, win32 } from "node:path";
import { McpzipError } from "../../core/error.ts";
import { isRecord } from "../../core/tool.ts";
import { editTextFile } from "../edit-file.ts";
import { CLIENTS } from "./all-clients.ts";
import {
  type Client,
  type ForeignServer,
  type Machine,
  type ServeCommand,
  valueAt,
} from "./client.ts";
import { type ClientFile, loadClientFiles } from "./client-file.ts";
import { configServedBy, isMcpzip, ownEntriesFault } from "./own-entry.ts";
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
  if (registered !== undefined) {
    const why = ownFault(registered, { machine, serve });
    if (why !== undefined) throw refusal("CONFIG_UNWRITABLE", registered.path, why);
    return { path: registered.path, isNew: false };
  }
  const [first = ""] = client.files(machine);
  const file = files[0] ?? { path: first, root: {} };
  const fault = client.registrationFault?.(file.root);
  if (fault !== undefined) throw refusal("CONFIG_UNWRITABLE", file.path, fault);
  if (valueAt(file.root, [...client.tableAt(file.root), "mcpzip"]) !== undefined)
    throw refusal("CONFIG_UNWRITABLE", file.path, 'another server there is called "mcpzip"');
  await addEntry(client, { file, serve, lockFile });
  return { path: file.path, isNew: true };
}

/** Whether mcpzip stands in a client's file, so that the client starts it. */
function hasMcpzip(file: ClientFile, serve: ServeCommand): boolean {
  return ownEntries(file, serve).length > 0;
}

/** Why what stands there does not bring the servers of this config file; undefined: it does. */
function ownFault(
  file: ClientFile,
  { machine: { home }, serve }: Pick<RegisterOptions, "machine" | "serve">,
): string | undefined {
  const { variables } = serve;
  const configFile = configServedBy(serve, home);
  return ownEntriesFault(file.client, ownEntries(file, serve), { home, configFile, variables });
}

function ownEntries({ client, root, tables }: ClientFile, serve: ServeCommand): ForeignServer[] {
  return tables.flatMap(({ entries, project }) =>
    entries.flatMap(([name, raw]) => {
      const foreign = isRecord(raw) ? client.read(raw, { name, root, project }) : undefined;
      return foreign !== undefined && isMcpzip(foreign, serve) ? [foreign] : [];
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
