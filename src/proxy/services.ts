import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogRefresh } from "../catalog/refresh.ts";
import type { Config } from "../config/config.ts";
import type { Searcher } from "../search/searcher.ts";
import type { UpstreamPool } from "../upstream/pool.ts";

/** What the proxy's methods work with; app.ts builds them. */
export interface Services {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly refresh: CatalogRefresh;
  readonly pool: UpstreamPool;
  readonly searcher: Searcher;
}
