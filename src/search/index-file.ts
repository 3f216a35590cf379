import { errorMessage } from "../core/error.ts";
import { isRecord } from "../core/tool.ts";
import { writeFileAtomically } from "../platform/atomic-file.ts";
import type { Log } from "../platform/log.ts";
import type { SavedIndex } from "./saved-index.ts";

/** Raised whenever the same tools would be indexed or written differently. */
const FORMAT = 3;

/**
 * The search index on disk, JSON `{ format, version, index }`: a cache of work, so anything wrong with it
 * only means to do the work again.
 */
export class IndexFile {
  readonly #path: string;
  readonly #log: Log;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** Whether the index on disk is this version's; its first bytes tell. */
  async has(version: string): Promise<boolean> {
    const head = JSON.stringify({ format: FORMAT, version }).slice(0, -1);
    try {
      return (await Bun.file(this.#path).slice(0, head.length).text()) === head;
    } catch {
      // Not there, or not to be read: then it is not this version's either.
      return false;
    }
  }

  /** The index saved for this catalog version, if there is one; whoever takes it up checks it. */
  async load(version: string): Promise<unknown> {
    const file = Bun.file(this.#path);
    try {
      if (!(await file.exists())) return undefined;
      const saved: unknown = await file.json();
      const isWanted = isRecord(saved) && saved.format === FORMAT && saved.version === version;
      return isWanted ? saved.index : undefined;
    } catch (error) {
      this.#log.warn(
        `search: ${this.#path} cannot be read (${errorMessage(error)}); indexing anew`,
      );
      return undefined;
    }
  }

  async save(version: string, index: SavedIndex): Promise<void> {
    try {
      await writeFileAtomically(this.#path, JSON.stringify({ format: FORMAT, version, index }));
    } catch (error) {
      this.#log.warn(`search: ${this.#path} cannot be written (${errorMessage(error)})`);
    }
  }
}
