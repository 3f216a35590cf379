import type { Catalog } from "../catalog/catalog.ts";
import type { CurrentConfig } from "../config/live-config.ts";
import type { Log } from "../platform/log.ts";
import type { Paths } from "../platform/paths.ts";
import { Searcher, type SearchSource } from "../search/searcher.ts";

export interface CatalogSearchOptions {
  readonly config: CurrentConfig;
  readonly paths: Paths;
  readonly log: Log;
}

/** The search over the catalog, which begins anew when its models are others. */
export class CatalogSearch {
  readonly #source: SearchSource;
  readonly #options: CatalogSearchOptions;
  readonly #leaving = new Set<Promise<void>>();
  #searcher: Searcher;

  constructor(catalog: Catalog, options: CatalogSearchOptions) {
    this.#source = searchSource(catalog);
    this.#options = options;
    this.#searcher = this.#create();
  }

  get searcher(): Searcher {
    return this.#searcher;
  }

  /** Takes the settings as they are now; searches under way end with the old ones. */
  renew(): void {
    const { log } = this.#options;
    const closed = this.#searcher.close().catch((error: unknown) => log.debug(`search: ${error}`));
    this.#leaving.add(closed);
    void closed.then(() => this.#leaving.delete(closed));
    this.#searcher = this.#create();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#leaving, this.#searcher.close()]);
  }

  #create(): Searcher {
    const { config, paths, log } = this.#options;
    const settings = config.current;
    return new Searcher(this.#source, {
      openStore: async () => {
        const { SegmentStore } = await import("../search/segment-store.ts");
        return new SegmentStore(paths.searchIndexFile, log);
      },
      openTiers: async () => {
        const { createTiers } = await import("../search/models/create-tiers.ts");
        return createTiers(settings, { paths, log });
      },
      log,
    });
  }
}

/** The catalog as the search sees it. */
function searchSource(catalog: Catalog): SearchSource {
  return {
    version: () => catalog.version(),
    servers: () => [...catalog.servers().values()],
    toolsOf: (server) => catalog.toolsOf(server),
    tool: (name) => catalog.tool(name),
  };
}
