import { isRecord } from "../../core/tool.ts";
import type { ClientFile, FileProblem, ServerTable } from "../clients/client-file.ts";
import { type Client, type Machine, type ServeCommand, valueAt } from "../clients/client.ts";
import { isMcpzip } from "../clients/own-entry.ts";
import { readServer } from "../clients/read-server.ts";
import type { TableChange } from "../clients/rewrite-client.ts";
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
  /** What mcpzip's config holds, by name. */
  readonly present: Readonly<Record<string, unknown>>;
  /** Clients are read and not rewritten. */
  readonly isKept: boolean;
  /** How a client is to start mcpzip; variables: those that the servers behind it need. */
  serveFor(client: Client, variables: readonly string[]): ServeCommand;
}

/** Looks at every server in the files and says where it goes. */
export function planMigration(files: readonly ClientFile[], options: PlanOptions): MigrationPlan {
  const merger = new ServerMerger(options.present);
  const left: LeftServer[] = [];
  const sorting = { merger, left, options, count: 0 };
  const sorted = files.map((file) => ({
    file,
    tables: file.tables.map((table) => sortTable(file, table, sorting)),
  }));
  const servers = merger.servers();
  if (options.isKept) return { servers, left, files: [], problems: [] };
  const variables = [...new Set(servers.flatMap((server) => server.variables))];
  const problems: FileProblem[] = [];
  const changed = sorted.flatMap(({ file, tables }): FileChange[] => {
    if (file.isShared || tables.every(({ removed }) => removed.length === 0)) return [];
    const { client, path } = file;
    const why = registrationProblem(file, tables[0]);
    if (why !== undefined) problems.push({ client, path, why });
    if (why !== undefined) return [];
    const serve = options.serveFor(client, variables);
    return [{ client, path, changes: changesOf(file, tables, serve) }];
  });
  return { servers, left, files: changed, problems };
}

interface SortedTable {
  readonly table: ServerTable;
  /** What mcpzip takes over. */
  readonly removed: readonly (readonly [name: string, raw: unknown])[];
  readonly hasMcpzip: boolean;
}

interface Sorting {
  readonly merger: ServerMerger;
  readonly left: LeftServer[];
  readonly options: PlanOptions;
  /** Of servers so far. */
  count: number;
}

function sortTable(file: ClientFile, table: ServerTable, sorting: Sorting): SortedTable {
  const { options } = sorting;
  const { client, root } = file;
  const removed: (readonly [string, unknown])[] = [];
  let hasMcpzip = false;
  for (const [name, raw] of table.entries) {
    const place = { name, root, project: table.project };
    const foreign = isRecord(raw) ? client.read(raw, place) : { obstacle: "it is not an object" };
    if (foreign === undefined) continue;
    if (isMcpzip(foreign, options.serveFor(client, []))) {
      hasMcpzip = true;
      continue;
    }
    const found = { client, path: file.path, name, position: sorting.count++ };
    const context = { home: options.machine.home, project: table.project };
    const reading = readServer(foreign, { translate: client.translate, context });
    if (reading.kind === "left") {
      sorting.left.push({ ...found, why: reading.why });
      continue;
    }
    const { entry, variables, note } = reading;
    const source = { ...found, isDisabled: foreign.isDisabled === true, note };
    sorting.merger.take(entry, { source, variables });
    removed.push([name, raw]);
  }
  return { table, removed, hasMcpzip };
}

/** Why mcpzip cannot take the place of what would be removed. */
function registrationProblem(
  { client, root }: ClientFile,
  table: SortedTable | undefined,
): string | undefined {
  const fault = client.registrationFault?.(root);
  if (fault !== undefined || table === undefined || table.hasMcpzip) return fault;
  const isFree = table.removed.some(([name]) => name === "mcpzip");
  const isTaken = isRecord(valueAt(root, [...table.table.at, "mcpzip"])) && !isFree;
  return isTaken ? 'another server there is called "mcpzip"; rename it first' : undefined;
}

/** The servers go, and mcpzip comes, in the user's own table: one entry serves all projects. */
function changesOf(
  { client, root }: ClientFile,
  tables: readonly SortedTable[],
  serve: ServeCommand,
): TableChange[] {
  return tables.flatMap(({ table, removed, hasMcpzip }, index): TableChange[] => {
    const isAdded = index === 0 && !hasMcpzip;
    if (removed.length === 0 && !isAdded) return [];
    const entry = ["mcpzip", client.mcpzipEntry(serve, root)] as const;
    return [{ at: table.at, removed, added: isAdded ? [entry] : [] }];
  });
}
