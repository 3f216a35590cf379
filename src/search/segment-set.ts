import { errorMessage } from "../core/error.ts";
import type { CatalogTool } from "../core/tool.ts";
import type { Log } from "../platform/log.ts";
import type { Lexicon } from "./lexicon.ts";
import type { Segment } from "./segment.ts";
import type { SegmentStore } from "./segment-store.ts";
import type { ToolIndex } from "./tool-index.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Texts about tools have some ten thousand. */
const MAX_SHARED_WORDS = 50_000;

/** A server's tools, as far as an index needs to know. */
export interface SearchedServer {
  readonly name: string;
  readonly title: string | undefined;
  readonly toolCount: number;
  /** Equal hashes mean equal tools. */
  readonly toolsHash: string;
}

export interface SegmentSource {
  /** Equal versions mean equal tools of equal servers. */
  version(): string;
  servers(): readonly SearchedServer[];
  toolsOf(server: string): readonly CatalogTool[];
}

interface Held {
  readonly key: string;
  readonly segment: Segment;
}

/**
 * The segments of all servers: taken from the disk where it has them, made where it has not, and made anew
 * for a server whose tools have changed. Until then its old one serves.
 */
export class SegmentSet {
  readonly #source: SegmentSource;
  readonly #openStore: () => Promise<SegmentStore>;
  readonly #log: Log;
  #store: Promise<SegmentStore> | undefined;
  #lexicon: Promise<Lexicon> | undefined;
  #held = new Map<string, Held>();
  #index: ToolIndex | undefined;
  /** The work on one version of the tools; one at a time. */
  #work: { readonly version: string; readonly done: Promise<void> } | undefined;
  #isClosed = false;

  constructor(
    source: SegmentSource,
    { openStore, log }: { readonly openStore: () => Promise<SegmentStore>; readonly log: Log },
  ) {
    this.#source = source;
    this.#openStore = openStore;
    this.#log = log;
  }

  /** Resolves when the segments are those of the tools that there are now. Rejects when they cannot be made. */
  update(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const version = this.#source.version();
    if (this.#work?.version === version) return this.#work.done;
    const done = this.#run(this.#work?.done);
    const work = { version, done };
    this.#work = work;
    done.catch((error: unknown) => {
      this.#log.warn(`search: cannot index (${errorMessage(error)})`);
      // The next search tries again.
      if (this.#work === work) this.#work = undefined;
    });
    return done;
  }

  /** Makes what the disk lacks, and leaves what it has where it is. */
  async prepare(): Promise<void> {
    const version = await this.#vectorsVersion();
    if (this.#isClosed) return;
    const store = await this.#opened();
    if (this.#isClosed) return;
    const keys = store.keys();
    const isMissing = this.#source
      .servers()
      .some((server) => keys.get(server.name) !== keyOf(server, version));
    if (isMissing) await this.update();
  }

  /** The index of what there is by now. */
  async current(): Promise<{ readonly index: ToolIndex; readonly lexicon: Lexicon }> {
    const lexicon = await this.#lexiconLoaded();
    const { ToolIndex } = await import("./tool-index.ts");
    this.#index ??= new ToolIndex([...this.#held.values()].map(({ segment }) => segment));
    return { index: this.#index, lexicon };
  }

  /** Whether there is nothing to search yet. */
  isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** How many tools all servers have. */
  toolCount(): number {
    return this.#source.servers().reduce((sum, { toolCount }) => sum + toolCount, 0);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work?.done.catch(() => {
      // Whoever waited for it has been told.
    });
    (await this.#store)?.close();
  }

  async #run(before: Promise<void> | undefined): Promise<void> {
    await before?.catch(() => {
      // Its own callers have been told.
    });
    const vectors = await this.#vectorsVersion();
    const servers = this.#source.servers();
    this.#drop(new Set(servers.map(({ name }) => name)));
    const isMissing = (server: SearchedServer) =>
      this.#held.get(server.name)?.key !== keyOf(server, vectors);
    if (servers.some(isMissing)) await this.#takeStored(servers.filter(isMissing), vectors);
    const missing = servers.filter(isMissing);
    if (missing.length === 0) return;
    const fault = await this.#makeAll(missing, vectors);
    (await this.#opened()).keepOnly(servers.map(({ name }) => name));
    if (fault !== undefined) throw fault;
  }

  /** Makes as many as it can, and returns the first error; one server's tools must not cost all others theirs. */
  async #makeAll(servers: readonly SearchedServer[], vectors: string): Promise<unknown> {
    const { Vocabulary } = await import("./vocabulary.ts");
    const { stem } = await this.#lexiconLoaded();
    let vocabulary = new Vocabulary(stem);
    const faults: unknown[] = [];
    for (const server of servers) {
      if (vocabulary.size > MAX_SHARED_WORDS) vocabulary = new Vocabulary(stem);
      const key = keyOf(server, vectors);
      await this.#make(server, { key, vocabulary }).catch((error) => faults.push(error));
    }
    return faults[0];
  }

  async #takeStored(servers: readonly SearchedServer[], vectors: string): Promise<void> {
    const keys = new Map(servers.map((server) => [server.name, keyOf(server, vectors)]));
    for (const { server, key, segment } of (await this.#opened()).load(keys)) {
      this.#hold(server, { key, segment });
    }
  }

  async #make(
    server: SearchedServer,
    { key, vocabulary }: { readonly key: string; readonly vocabulary: Vocabulary },
  ): Promise<void> {
    if (this.#isClosed) return;
    const { buildSegment } = await import("./segment-builder.ts");
    const segment = await buildSegment(this.#source.toolsOf(server.name), {
      lexicon: await this.#lexiconLoaded(),
      vocabulary,
      serverTitle: server.title,
    });
    this.#hold(server.name, { key, segment });
    (await this.#opened()).save(server.name, key, segment);
  }

  #hold(server: string, held: Held): void {
    this.#held.set(server, held);
    this.#index = undefined;
  }

  #drop(kept: ReadonlySet<string>): void {
    for (const name of this.#held.keys()) {
      if (kept.has(name)) continue;
      this.#held.delete(name);
      this.#index = undefined;
    }
  }

  #opened(): Promise<SegmentStore> {
    return (this.#store ??= this.#openStore());
  }

  async #vectorsVersion(): Promise<string> {
    const { loadVectorsVersion } = await import("./word-vectors-file.ts");
    return loadVectorsVersion();
  }

  async #lexiconLoaded(): Promise<Lexicon> {
    const { loadLexicon } = await import("./lexicon.ts");
    return (this.#lexicon ??= loadLexicon());
  }
}

/** Stands for all that a segment is made of. */
function keyOf({ name, title = "", toolsHash }: SearchedServer, vectors: string): string {
  return [toolsHash, vectors, Bun.hash.crc32(`${name}\n${title}`).toString(36)].join(".");
}
