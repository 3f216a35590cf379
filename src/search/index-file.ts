import type { RawData } from "@orama/orama";
import { errorMessage } from "../core/error.ts";
import { isRecord } from "../core/tool.ts";
import { writeFileAtomically } from "../platform/atomic-file.ts";
import type { Log } from "../platform/log.ts";

/** Raised whenever the same tools would be indexed differently. */
const FORMAT = 2;

/** The search index on disk: a cache of work, so anything wrong with it only means to do the work again. */
export class IndexFile {
  readonly #path: string;
  readonly #log: Log;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** The index saved for this catalog version, if there is one. */
  async load(version: string): Promise<RawData | undefined> {
    const file = Bun.file(this.#path);
    try {
      if (!(await file.exists())) return undefined;
      const saved: unknown = await file.json();
      const isWanted = isRecord(saved) && saved.format === FORMAT && saved.version === version;
      // What we wrote is what we read: its shape is Orama's own and checked by nobody.
      return isWanted ? (saved.index as RawData) : undefined;
    } catch (error) {
      this.#log.warn(
        `search: ${this.#path} cannot be read (${errorMessage(error)}); indexing anew`,
      );
      return undefined;
    }
  }

  async save(version: string, index: RawData): Promise<void> {
    try {
      await writeFileAtomically(this.#path, JSON.stringify({ format: FORMAT, version, index }));
    } catch (error) {
      this.#log.warn(`search: ${this.#path} cannot be written (${errorMessage(error)})`);
    }
  }
}
