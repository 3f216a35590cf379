import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseQuery } from "../../src/search/query.ts";
import { Searcher, type SearchResult } from "../../src/search/searcher.ts";
import { SegmentStore } from "../../src/search/segment-store.ts";
import { recordLog } from "../catalog/examples.ts";
import { until } from "../fixtures/poll.ts";
import type { ChangingSource } from "./changing-source.ts";

export const FRUIT = { market: ["sell_apple", "sell_pear"], kitchen: ["cook_plum"] };

/** A folder with a search index, and searchers over it that end with it; they have no models. */
export class SearcherHome implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "mcpzip-searcher-"));
  readonly path = join(this.folder, "search-index.db");
  readonly #record = recordLog();
  readonly log = this.#record.log;
  readonly lines = this.#record.lines;
  readonly #open = new Set<Searcher>();

  create(source: ChangingSource): Searcher {
    const searcher = new Searcher(source, {
      openStore: async () => new SegmentStore(this.path, this.log),
      openTiers: async () => ({ embeddings: undefined, reranker: undefined }),
      log: this.log,
    });
    this.#open.add(searcher);
    return searcher;
  }

  async close(searcher: Searcher): Promise<void> {
    this.#open.delete(searcher);
    await searcher.close();
  }

  search(searcher: Searcher, typed: string, limit = 5): Promise<SearchResult> {
    return searcher.search(parseQuery(typed), limit);
  }

  /** Waits until all tools are searched; a busy machine may need longer than a search's patience. */
  async searchAll(searcher: Searcher, typed: string, limit = 5): Promise<SearchResult> {
    let result = await this.search(searcher, typed, limit);
    await until(async () => {
      result = await this.search(searcher, typed, limit);
      return result.searched === result.total;
    });
    return result;
  }

  async idsOf(searcher: Searcher, typed: string): Promise<string[]> {
    return (await this.searchAll(searcher, typed)).hits.map(({ id }) => id);
  }

  /** Leaves the index of these servers on the disk. */
  async index(source: ChangingSource): Promise<void> {
    const searcher = this.create(source);
    await this.searchAll(searcher, "anything");
    await this.close(searcher);
  }

  /** The key of each server's part of the index. */
  storedKeys(): ReadonlyMap<string, string> {
    const store = new SegmentStore(this.path, this.log);
    const keys = store.keys();
    store.close();
    return keys;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const searcher of this.#open) await searcher.close();
    rmSync(this.folder, { recursive: true });
  }
}
