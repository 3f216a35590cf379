import { errorMessage } from "../core/error.ts";
import type { CatalogSnapshot } from "../core/tool.ts";
import type { Log } from "../platform/log.ts";
import type { IndexFile } from "./index-file.ts";
import type { OramaIndex } from "./orama-index.ts";

/** Where the tools to search come from: the version is cheap to ask for, the snapshot is not. */
export interface SearchSource {
  version(): string;
  snapshot(): CatalogSnapshot;
}

interface VersionedIndex {
  readonly version: string;
  readonly index: Promise<OramaIndex>;
}

/** Finds tools by what they do. Its index belongs to one catalog version and is made anew for the next. */
export class Searcher {
  readonly #source: SearchSource;
  readonly #file: IndexFile;
  readonly #log: Log;
  #current: VersionedIndex | undefined;
  #saving = Promise.resolve();

  constructor(source: SearchSource, options: { readonly file: IndexFile; readonly log: Log }) {
    this.#source = source;
    this.#file = options.file;
    this.#log = options.log;
  }

  /** Qualified names of the tools that fit, best first. */
  async search(query: string, limit: number): Promise<string[]> {
    const index = await this.#index();
    return index.search(query, limit);
  }

  /**
   * Sees to it in the background that the next search need not index. What is on the disk stays there:
   * taking it up is a matter of milliseconds, and many a session never searches.
   */
  prepare(): void {
    this.#prepare().catch((error: unknown) => this.#log.warn(`search: ${errorMessage(error)}`));
  }

  /** Resolves when an index that is being written is on the disk. */
  saved(): Promise<void> {
    return this.#saving;
  }

  async #prepare(): Promise<void> {
    if (!(await this.#file.has(this.#source.version()))) await this.#index();
  }

  #index(): Promise<OramaIndex> {
    const version = this.#source.version();
    if (this.#current?.version === version) return this.#current.index;
    const index = this.#restoreOrBuild(version);
    const current = { version, index };
    this.#current = current;
    index.catch(() => {
      // The next search tries again.
      if (this.#current === current) this.#current = undefined;
    });
    return index;
  }

  async #restoreOrBuild(version: string): Promise<OramaIndex> {
    const { OramaIndex } = await import("./orama-index.ts");
    const saved = await this.#file.load(version);
    if (saved !== undefined) {
      try {
        return OramaIndex.restore(saved);
      } catch (error) {
        this.#log.warn(
          `search: the saved index is unusable (${errorMessage(error)}); indexing anew`,
        );
      }
    }
    return this.#build(OramaIndex);
  }

  async #build(Index: typeof OramaIndex): Promise<OramaIndex> {
    const snapshot = this.#source.snapshot();
    const index = await Index.build(snapshot.tools);
    // An empty catalog is about to be filled: its index must not take the place of one that is whole.
    if (snapshot.tools.length > 0) {
      this.#saving = this.#file.save(snapshot.version, index.save());
    }
    return index;
  }
}
