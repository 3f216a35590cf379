import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogRefresh } from "../catalog/refresh.ts";
import type { Config } from "../config/config.ts";
import type { McpzipError } from "../core/error.ts";
import type { Searcher } from "../search/searcher.ts";
import type { UpstreamPool } from "../upstream/pool.ts";
import type { CallLog } from "./call-log.ts";

/** What the proxy's methods work with; app.ts builds them. */
export interface Services {
  /** As it is now: it changes with its file, so it is asked for and not kept. */
  readonly config: Config;
  /** Why the config file as it is now cannot be used; `config` is what it was before. */
  readonly configFault: McpzipError | undefined;
  readonly catalog: Catalog;
  readonly refresh: CatalogRefresh;
  readonly pool: UpstreamPool;
  readonly searcher: Searcher;
  /** Undefined: calls are not counted. */
  readonly calls: CallLog | undefined;
}
