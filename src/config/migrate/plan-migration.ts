import { isRecord } from "../../core/tool.ts";
import type { ClientFile, FileProblem, ServerTable } from "../clients/client-file.ts";
import {
  type Client,
  type ForeignServer,
  type Machine,
  type ServeCommand,
  valueAt,
} from "../clients/client.ts";
import { isMcpzip, ownEntriesFault } from "../clients/own-entry.ts";
import { readServer, type ServerReading } from "../clients/read-server.ts";
import type { TableChange } from "../clients/rewrite-client.ts";
import { usedVariables } from "../used-variables.ts";
import { type MergedServer, ServerMerger } from "./merge-servers.ts";

/** What a migration will do. Nothing of it has happened. */
export interface MigrationPlan {
  readonly servers: readonly MergedServer[];
  /** Servers that stay where they are. */
  readonly left: readonly LeftServer[];
  readonly files: readonly FileChange[];
  readonly problems: readonly FileProblem[];
}

export interface LeftServer {
  readonly client: Client;
  readonly path: string;
  readonly name: string;
  /** As that of a source. */
  readonly position: number;
  readonly why: string;
}

/** A client's file that is to be rewritten. */
export interface FileChange {
  readonly client: Client;
  readonly path: string;
  readonly changes: readonly TableChange[];
}

export interface PlanOptions {
  readonly machine: Machine;
  /** mcpzip's config, absolute. */
  readonly configFile: string;
  /** What it holds, by name. */
  readonly present: Readonly<Record<string, unknown>>;
  /** Clients are read and not rewritten. */
  readonly isKept: boolean;
  /** How a client is to start mcpzip; variables: those that the servers behind it need. */
  serveFor(client: Client, variables: readonly string[]): ServeCommand;
}

/** Looks at every server in the files and says where it goes. */
export function planMigration(files: readonly ClientFile[], options: PlanOptions): MigrationPlan {
  const read = files.map((file) => ({
    file,
    tables: file.tables.map((table) => readTable(file, { table, options })),
  }));
  const problems = options.isKept ? [] : read.flatMap((each) => problemOf(each, options));
  // A server that its client keeps is not brought to mcpzip, too.
  const used = read.filter(({ file }) => problems.every(({ path }) => path !== file.path));
  const { servers, left } = mergeServers(used, options);
  if (options.isKept) return { servers, left, files: [], problems };
  const variables = neededVariables(servers, options);
  const changed = used.filter(isRewritten).map(({ file, tables }): FileChange => {
    const { client, path } = file;
    const serve = options.serveFor(client, variables);
    return { client, path, changes: changesOf(file, tables, serve) };
  });
  return { servers, left, files: changed, problems };
}

/** Those of all servers that mcpzip will start, also those that it had before. */
function neededVariables(servers: readonly MergedServer[], { present }: PlanOptions): string[] {
  const used = Object.values(present).filter((entry) => isRecord(entry) && entry.disabled !== true);
  return [...new Set([...servers.flatMap(({ variables }) => variables), ...usedVariables(used)])];
}

interface ReadFile {
  readonly file: ClientFile;
  readonly tables: readonly ReadTable[];
}

interface ReadTable {
  readonly table: ServerTable;
  readonly servers: readonly ReadEntry[];
  /** What mcpzip takes over. */
  readonly removed: readonly (readonly [name: string, raw: unknown])[];
  /** The entries that start mcpzip. */
  readonly own: readonly ForeignServer[];
}

interface ReadEntry {
  readonly name: string;
  readonly reading: ServerReading;
  readonly isDisabled: boolean;
}

function readTable(
  { client, root }: ClientFile,
  { table, options }: { readonly table: ServerTable; readonly options: PlanOptions },
): ReadTable {
  const { translate } = client;
  const context = { home: options.machine.home, project: table.project };
  const serve = options.serveFor(client, []);
  const servers: ReadEntry[] = [];
  const removed: (readonly [string, unknown])[] = [];
  const own: ForeignServer[] = [];
  for (const [name, raw] of table.entries) {
    const place = { name, root, project: table.project };
    const foreign = isRecord(raw) ? client.read(raw, place) : { obstacle: "it is not an object" };
    if (foreign === undefined) continue;
    if (isMcpzip(foreign, serve)) {
      own.push(foreign);
      continue;
    }
    const reading = readServer(foreign, { translate, context });
    servers.push({ name, reading, isDisabled: foreign.isDisabled === true });
    if (reading.kind !== "left") removed.push([name, raw]);
  }
  return { table, servers, removed, own };
}

function isRewritten({ file, tables }: ReadFile): boolean {
  return !file.isShared && tables.some(({ removed }) => removed.length > 0);
}

function problemOf(read: ReadFile, options: PlanOptions): FileProblem[] {
  const { client, path } = read.file;
  const why = isRewritten(read) ? registrationProblem(read, options) : undefined;
  return why === undefined ? [] : [{ client, path, why }];
}

/** Why mcpzip cannot take the place of what would be removed. */
function registrationProblem(
  { file: { client, root }, tables }: ReadFile,
  { machine: { home }, configFile }: PlanOptions,
): string | undefined {
  const fault = client.registrationFault?.(root);
  const [table] = tables;
  if (fault !== undefined || table === undefined) return fault;
  if (table.own.length > 0) {
    const variables = variablesTaken(tables);
    return ownEntriesFault(client, table.own, { home, configFile, variables });
  }
  const isFree = table.removed.some(([name]) => name === "mcpzip");
  const isTaken = isRecord(valueAt(root, [...table.table.at, "mcpzip"])) && !isFree;
  return isTaken ? 'another server there is called "mcpzip"; rename it first' : undefined;
}

/** What the servers that go get from their client, and need from mcpzip then. */
function variablesTaken(tables: readonly ReadTable[]): string[] {
  const readings = tables.flatMap(({ servers }) =>
    servers.flatMap(({ reading, isDisabled }) =>
      reading.kind === "server" && !isDisabled ? reading.variables : [],
    ),
  );
  return [...new Set(readings)];
}

function mergeServers(
  files: readonly ReadFile[],
  { present }: PlanOptions,
): { servers: MergedServer[]; left: LeftServer[] } {
  const merger = new ServerMerger(present);
  const left: LeftServer[] = [];
  let position = 0;
  for (const { file, tables } of files)
    for (const { name, reading, isDisabled } of tables.flatMap(({ servers }) => servers)) {
      const found = { client: file.client, path: file.path, name, position: position++ };
      if (reading.kind === "left") {
        left.push({ ...found, why: reading.why });
        continue;
      }
      const { entry, variables, note } = reading;
      merger.take(entry, { source: { ...found, isDisabled, note }, variables });
    }
  return { servers: merger.servers(), left };
}

/** The servers go, and mcpzip comes, in the user's own table: one entry serves all projects. */
function changesOf(
  { client, root }: ClientFile,
  tables: readonly ReadTable[],
  serve: ServeCommand,
): TableChange[] {
  return tables.flatMap(({ table, removed, own }, index): TableChange[] => {
    const isAdded = index === 0 && own.length === 0;
    if (removed.length === 0 && !isAdded) return [];
    const entry = ["mcpzip", client.mcpzipEntry(serve, root)] as const;
    return [{ at: table.at, removed, added: isAdded ? [entry] : [] }];
  });
}
