import { readFile } from "node:fs/promises";
import * as z from "zod/mini";
import { McpzipError } from "../../core/error.ts";
import { writeFileAtomically } from "../../platform/atomic-file.ts";

/*
 * What migrations have done, so that it can be undone. It holds paths, hashes and names, and no server's
 * settings: those are in the backups, beside the files that they are of.
 */

const tableSchema = z.object({
  at: z.array(z.union([z.string(), z.number()])),
  removed: z.array(z.string()),
  added: z.array(z.string()),
});

const fileSchema = z.object({
  /** A client's id; "mcpzip" for our own config. */
  client: z.string(),
  path: z.string(),
  /** Undefined: the file was not there. */
  backup: z.optional(z.string()),
  /** SHA-256 of the bytes before and after. */
  before: z.optional(z.string()),
  after: z.string(),
  tables: z.array(tableSchema),
});

const runSchema = z.object({
  at: z.string(),
  /** False: it was interrupted, and the next run went on. */
  isDone: z.boolean(),
  files: z.array(fileSchema),
});

const journalSchema = z.object({ version: z.literal(1), runs: z.array(runSchema) });

export type JournalFile = z.output<typeof fileSchema>;
export type JournalRun = z.output<typeof runSchema>;

/** The runs that have not been undone, oldest first. Throws CONFIG_INVALID for a journal that is none. */
export async function loadJournal(path: string): Promise<JournalRun[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    // Nothing has been migrated, or nobody may know.
    return [];
  }
  try {
    return z.parse(journalSchema, JSON.parse(text)).runs;
  } catch (cause) {
    throw new McpzipError("CONFIG_INVALID", `${path} is not a journal of migrations`, {
      why: "the backups named *.mcpzip-backup-* beside the clients' files are whole all the same",
      fix: "move it away; copy backups over the files yourself to undo",
      cause,
    });
  }
}

export async function saveJournal(path: string, runs: readonly JournalRun[]): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify({ version: 1, runs }, undefined, 2)}\n`);
}

/** One run as it proceeds; on the disk before what it tells of happens. */
export class RunningJournal {
  readonly #path: string;
  readonly #earlier: readonly JournalRun[];
  readonly #at: string;
  readonly #files = new Map<string, JournalFile>();

  constructor(path: string, { earlier, at }: { earlier: readonly JournalRun[]; at: string }) {
    this.#path = path;
    this.#earlier = earlier;
    this.#at = at;
  }

  /** Says what is about to happen to a file; a second attempt takes the place of the first. */
  async announce(file: JournalFile): Promise<void> {
    this.#files.set(file.path, file);
    await this.#save(false);
  }

  /** The file has been left as it was after all. */
  async withdraw(path: string): Promise<void> {
    if (this.#files.delete(path)) await this.#save(false);
  }

  async finish(): Promise<void> {
    if (this.#files.size > 0) await this.#save(true);
  }

  async #save(isDone: boolean): Promise<void> {
    const files = [...this.#files.values()];
    const runs = files.length === 0 ? [] : [{ at: this.#at, isDone, files }];
    await saveJournal(this.#path, [...this.#earlier, ...runs]);
  }
}
