import { realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Applied, applyMigration } from "../config/migrate/apply-migration.ts";
import { loadJournal, RunningJournal } from "../config/migrate/journal.ts";
import { type MigrationPlan, planMigration } from "../config/migrate/plan-migration.ts";
import { CLIENTS } from "../config/clients/all-clients.ts";
import { type ClientFile, loadClientFiles } from "../config/clients/client-file.ts";
import type { Client, Machine } from "../config/clients/client.ts";
import { loadServerEntries } from "../config/migrate/present-servers.ts";
import type { Env } from "../config/config.ts";
import { errorMessage, McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import { acquireFileLock, type FileLock } from "../platform/file-lock.ts";
import { homeOf, type Paths, resolvePaths } from "../platform/paths.ts";
import { listOf, textOf } from "./args.ts";
import type { CommandContext, Flags } from "./command.ts";
import { serveCommandFor } from "./serve-command.ts";

const LOCK_TIMEOUT_MS = 5000;

/** A plan with what showing it and carrying it out needs. */
export interface Plan extends MigrationPlan {
  readonly paths: Paths;
  readonly home: string;
  readonly env: Env;
  readonly isKept: boolean;
  /** Files that are read only. */
  readonly shared: ReadonlySet<string>;
  readonly clientCount: number;
  /** Servers of projects that were not asked for; they stay where they are. */
  readonly projects: readonly ProjectServers[];
  /** Nothing is to be written. */
  readonly isEmpty: boolean;
  readonly hasProblems: boolean;
}

export interface ProjectServers {
  readonly client: Client;
  readonly folder: string;
  readonly names: readonly string[];
}

/** Reads the clients and mcpzip's config, and writes nothing. Throws USAGE and CONFIG_INVALID. */
export async function makePlan(flags: Flags, { env }: CommandContext): Promise<Plan> {
  const home = homeOf(env);
  const paths = resolvePaths(home, textOf(flags, "config"));
  const machine: Machine = { platform: process.platform, home, env };
  const clients = clientsNamed(listOf(flags, "client"));
  const folders = await Promise.all(listOf(flags, "project").map(projectFolder));
  const projects = [...new Set(folders)];
  const present = await loadServerEntries(paths.configFile);
  const loaded = await Promise.all(
    clients.map((client) => loadClientFiles(client, { machine, projects })),
  );
  const files = loaded.flatMap((each) => each.files);
  const isKept = flags.keep === true;
  const configFile = textOf(flags, "config") === undefined ? undefined : paths.configFile;
  const plan = planMigration(files, {
    machine,
    configFile: paths.configFile,
    present,
    isKept,
    serveFor: (client, variables) => serveCommandFor(client, { env, configFile, variables }),
  });
  const problems = [...loaded.flatMap((each) => each.problems), ...plan.problems];
  const isAdding = plan.servers.some(({ isPresent }) => !isPresent);
  return {
    ...plan,
    problems,
    paths,
    home,
    env,
    isKept,
    shared: new Set(files.filter(({ isShared }) => isShared).map(({ path }) => path)),
    projects: await otherProjects(files),
    clientCount: new Set(files.map(({ client }) => client)).size,
    isEmpty: !isAdding && plan.files.length === 0,
    hasProblems: problems.length > 0,
  };
}

/** A client remembers many a project whose folder is long gone. */
async function otherProjects(files: readonly ClientFile[]): Promise<ProjectServers[]> {
  const projects = files.flatMap(({ client, otherTables }) =>
    otherTables.map(({ project: folder = "", entries }) => {
      return { client, folder, names: entries.map(([name]) => name) };
    }),
  );
  const isThere = await Promise.all(projects.map(({ folder }) => isFolder(folder)));
  return projects.filter((_, at) => isThere[at]);
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** Clients know a project by its real path. */
async function projectFolder(named: string): Promise<string> {
  const folder = resolve(named);
  if (await isFolder(folder)) return realpath(folder);
  const fix = "name the project's folder with --project FOLDER";
  throw new McpzipError("USAGE", `there is no folder ${folder}`, { fix });
}

function clientsNamed(names: readonly string[]): readonly Client[] {
  if (names.length === 0) return CLIENTS;
  return names.map((name) => {
    const client = CLIENTS.find(({ id }) => id === name.toLowerCase());
    if (client !== undefined) return client;
    const ids = CLIENTS.map(({ id }) => id);
    const [nearest] = nearestNames(name, ids, 1);
    const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    throw new McpzipError("USAGE", `mcpzip knows no client "${name}"${hint}`, {
      fix: `name one of: ${ids.join(", ")}`,
    });
  });
}

/** Carries a plan out, under a lock that keeps other migrations away. */
export async function applyPlan({ paths, ...plan }: Plan): Promise<Applied> {
  const lock = await lockMigrations(paths);
  try {
    const path = journalFile(paths);
    const at = new Date().toISOString();
    const journal = new RunningJournal(path, { earlier: await loadJournal(path), at });
    const { editLockFile: lockFile, configFile } = paths;
    const options = { journal, lockFile, stamp: timestamp(), configFile };
    const applied = await applyMigration(plan, options);
    await journal.finish();
    return applied;
  } finally {
    lock.release();
  }
}

export function journalFile({ authFolder }: Paths): string {
  return join(dirname(authFolder), "migrations.json");
}

/** Part of file names. */
export function timestamp(): string {
  return new Date().toISOString().replace(/[:.]/g, "-");
}

/** Throws CONFIG_UNWRITABLE when another migration holds it, and when nothing can be written there. */
export async function lockMigrations({ editLockFile }: Paths): Promise<FileLock> {
  const path = join(dirname(editLockFile), "migrate.lock");
  const lock = await acquireFileLock(path, { timeoutMs: LOCK_TIMEOUT_MS }).catch((cause) => {
    throw new McpzipError("CONFIG_UNWRITABLE", `cannot lock ${path}`, {
      why: errorMessage(cause),
      fix: `make ${dirname(path)} writable`,
      cause,
    });
  });
  if (lock !== undefined) return lock;
  throw new McpzipError("CONFIG_UNWRITABLE", "another mcpzip migrate is running", {
    fix: "wait for it, then try again",
  });
}
