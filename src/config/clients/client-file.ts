import { readFile } from "node:fs/promises";
import { errorMessage, isSystemError } from "../../core/error.ts";
import { isRecord } from "../../core/tool.ts";
import type { JsonPath } from "../problem.ts";
import { decodeText } from "../text-encoding.ts";
import { type Client, type Machine, valueAt } from "./client.ts";

/** A client's file as it was read. */
export interface ClientFile {
  readonly client: Client;
  readonly path: string;
  /** Lies in a project's folder, where others may share it. */
  readonly isShared: boolean;
  readonly root: unknown;
  /** The first is where mcpzip is registered. */
  readonly tables: readonly ServerTable[];
  /** Those of projects that nobody has asked for. */
  readonly otherTables: readonly ServerTable[];
}

/** One place in a file that servers stand in. */
export interface ServerTable {
  readonly at: JsonPath;
  readonly project: string | undefined;
  readonly entries: readonly (readonly [name: string, raw: unknown])[];
}

/** A file that is there and cannot be used. */
export interface FileProblem {
  readonly client: Client;
  readonly path: string;
  readonly why: string;
}

interface Place {
  readonly client: Client;
  readonly path: string;
  readonly projects: readonly string[];
  readonly isShared: boolean;
}

/** Reads all files of a client that are there; projects are folders whose servers are wanted, too. */
export async function loadClientFiles(
  client: Client,
  { machine, projects }: { machine: Machine; projects: readonly string[] },
): Promise<{ files: ClientFile[]; problems: FileProblem[] }> {
  const own = client.files(machine).map((path) => ({ client, path, projects, isShared: false }));
  const shared = projects.flatMap((folder) =>
    (client.projectFiles?.(folder, machine) ?? []).map((path) => ({
      client,
      path,
      projects: [folder],
      isShared: true,
    })),
  );
  const loaded = await Promise.all([...own, ...shared].map(loadFile));
  return {
    files: loaded.filter((each) => each !== undefined && "root" in each),
    problems: loaded.filter((each) => each !== undefined && "why" in each),
  };
}

async function loadFile(place: Place): Promise<ClientFile | FileProblem | undefined> {
  const { client, path, isShared } = place;
  try {
    const { text } = decodeText(await readFile(path), path);
    const root = await parseClientText(client, { file: path, text });
    return { client, path, isShared, root, ...tablesOf(place, root) };
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    return { client, path, why: errorMessage(error).replace(`${path}:`, "line ") };
  }
}

/** What a client's file holds; an empty one holds nothing. Throws CONFIG_INVALID, or what the parser does. */
export async function parseClientText(
  { format }: Client,
  source: { readonly file: string; readonly text: string },
): Promise<unknown> {
  if (source.text.trim() === "") return {};
  if (format === "toml") {
    const { parseToml } = await import("./toml-text.ts");
    return parseToml(source);
  }
  try {
    const root: unknown = JSON.parse(source.text);
    return root;
  } catch {
    // Most clients take comments, too.
    const { parseJsonc } = await import("../parse-jsonc.ts");
    return parseJsonc(source);
  }
}

function tablesOf(
  { client, projects, isShared }: Place,
  root: unknown,
): Pick<ClientFile, "tables" | "otherTables"> {
  const tableAt = (at: JsonPath, project: string | undefined): ServerTable => {
    const table = valueAt(root, at);
    return { at, project, entries: isRecord(table) ? Object.entries(table) : [] };
  };
  const main = tableAt(client.tableAt(root), isShared ? projects[0] : undefined);
  const { projectTableAt, projectsIn } = client;
  if (isShared || projectTableAt === undefined) return { tables: [main], otherTables: [] };
  const ofProjects = (folders: readonly string[]) =>
    folders.map((folder) => tableAt(projectTableAt(folder), folder));
  const tables = [main, ...ofProjects(projects)];
  const wanted = new Set(tables.map(({ at }) => at.join("\n")));
  const otherTables = ofProjects(projectsIn?.(root) ?? []).filter(
    ({ at, entries }) => entries.length > 0 && !wanted.has(at.join("\n")),
  );
  return { tables, otherTables };
}
