import { errorMessage } from "../core/error.ts";
import { toolLine } from "../core/tool-line.ts";
import type { CatalogTool } from "../core/tool.ts";
import type { Log } from "../platform/log.ts";
import { settleWithin } from "../platform/settle-within.ts";
import type { Tiers } from "./models/create-tiers.ts";
import { LruCache } from "./lru-cache.ts";
import type { Query } from "./query.ts";
import type { RankedTool, ToolRanking } from "./rank-tools.ts";
import { SegmentSet, type SegmentSource } from "./segment-set.ts";
import type { SegmentStore } from "./segment-store.ts";
import { toolText } from "./tool-text.ts";

/** Where the tools to search come from: the version is cheap to ask for, the tools are not. */
export interface SearchSource extends SegmentSource {
  tool(qualifiedName: string): CatalogTool | undefined;
}

export interface SearcherOptions {
  readonly openStore: () => Promise<SegmentStore>;
  readonly openTiers: () => Promise<Tiers>;
  readonly log: Log;
}

export interface SearchResult {
  /** The best tools, best first. */
  readonly hits: readonly RankedTool[];
  /** Nothing really fits; the hits are the nearest there is. */
  readonly isWeak: boolean;
  /** How many tools were searched, of how many. Less than all while the index is being made. */
  readonly searched: number;
  readonly total: number;
}

/** How long a search waits for an index that is being made. */
const PATIENCE_MS = 300;
/** And while not one server's tools are indexed: a busy machine may have to read a lot. */
const FIRST_PATIENCE_MS = 3000;
const REMEMBERED = 256;
/** What a model puts in order. */
const RERANKED = 50;

/** Finds tools by what they do: by words and meaning on this machine, and by a model where one is configured. */
export class Searcher {
  readonly #source: SearchSource;
  readonly #options: SearcherOptions;
  readonly #segments: SegmentSet;
  /** By the exact query; a query that is only similar is another one. */
  #results = new LruCache<SearchResult>(REMEMBERED);
  #ranking: ToolRanking | undefined;
  #tiers: Promise<Tiers> | undefined;
  #isClosed = false;

  constructor(source: SearchSource, options: SearcherOptions) {
    this.#source = source;
    this.#options = options;
    this.#segments = new SegmentSet(source, options);
  }

  /** The best tools for a request; soon, with what is indexed by then. */
  async search(query: Query, limit: number): Promise<SearchResult> {
    await this.#settle(this.#segments.update());
    const ranking = await this.#currentRanking();
    const key = JSON.stringify([query, limit]);
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const { result, isFinal } = await this.#search(query, { limit, ranking });
    if (isFinal && ranking === this.#ranking) this.#results.set(key, result);
    return result;
  }

  /** The qualified names of the tools that change nothing, as far as is known. */
  async readOnlyTools(): Promise<ReadonlySet<string>> {
    await this.#settle(this.#segments.update());
    const { index } = await this.#segments.current();
    return new Set(index.ids.filter((_, tool) => index.isReadOnly(tool)));
  }

  /**
   * Sees to it in the background that the next search need not index. What is on the disk stays there:
   * taking it up is a matter of milliseconds, and many a session never searches.
   */
  prepare(): void {
    this.#prepare().catch((error: unknown) =>
      this.#options.log.warn(`search: ${errorMessage(error)}`),
    );
  }

  /** Resolves when what is being indexed is on the disk. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#segments.close();
    const { embeddings, reranker } = (await this.#tiers) ?? {};
    await Promise.all([embeddings?.close(), reranker?.close()]);
  }

  /** Waits for the index, or for a part of it. */
  async #settle(complete: Promise<void>): Promise<void> {
    await settleWithin(complete, PATIENCE_MS);
    // That nothing is found in nothing helps nobody.
    if (this.#segments.isEmpty() && this.#segments.toolCount() > 0)
      await settleWithin(complete, FIRST_PATIENCE_MS);
  }

  async #prepare(): Promise<void> {
    await this.#segments.prepare();
    // Nobody would close what was opened now.
    if (this.#isClosed) return;
    const { embeddings } = await this.#openTiers();
    embeddings?.prepare(this.#texts());
  }

  #texts(): { readonly id: string; readonly text: string }[] {
    const names = this.#source.servers().map(({ name }) => name);
    const tools = names.flatMap((name) => this.#source.toolsOf(name));
    return tools.map((tool) => ({ id: tool.qualifiedName, text: toolText(tool) }));
  }

  #openTiers(): Promise<Tiers> {
    return (this.#tiers ??= this.#options.openTiers());
  }

  async #currentRanking(): Promise<ToolRanking> {
    const { ToolRanking } = await import("./rank-tools.ts");
    const { index, lexicon } = await this.#segments.current();
    if (this.#ranking?.index !== index) {
      this.#ranking = new ToolRanking(index, lexicon);
      this.#results = new LruCache(REMEMBERED);
    }
    return this.#ranking;
  }

  async #search(
    query: Query,
    { limit, ranking }: { readonly limit: number; readonly ranking: ToolRanking },
  ): Promise<{ readonly result: SearchResult; readonly isFinal: boolean }> {
    const { embeddings, reranker } = await this.#openTiers();
    const similarities = await embeddings?.similarities(query.text);
    const most = reranker === undefined ? limit : Math.max(limit, RERANKED);
    const ranked = await ranking.rank(query, { limit: most, similarities });
    const order = await reranker?.rank(query.text, this.#candidates(ranked));
    const hits = order === undefined ? ranked : inOrder(ranked, order);
    const searched = ranking.index.size;
    const total = this.#segments.toolCount();
    return {
      result: {
        hits: hits.slice(0, limit),
        isWeak: ranking.isWeak(ranked),
        searched: Math.min(searched, total),
        total,
      },
      isFinal:
        searched >= total &&
        (embeddings === undefined || similarities !== undefined) &&
        (reranker === undefined || order !== undefined),
    };
  }

  #candidates(ranked: readonly RankedTool[]): { readonly id: string; readonly line: string }[] {
    return ranked.flatMap(({ id }) => {
      const tool = this.#source.tool(id);
      return tool === undefined ? [] : [{ id, line: toolLine(tool) }];
    });
  }
}

function inOrder(ranked: readonly RankedTool[], order: readonly string[]): RankedTool[] {
  const scores = new Map(ranked.map((hit) => [hit.id, hit]));
  return order.flatMap((id) => scores.get(id) ?? []);
}
