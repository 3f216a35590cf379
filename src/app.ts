import { Catalog } from "./catalog/catalog.ts";
import { CatalogRefresh } from "./catalog/refresh.ts";
import { CatalogStore } from "./catalog/store.ts";
import type { Config, Env, ServerConfig } from "./config/config.ts";
import type { ServerListing } from "./core/tool.ts";
import type { Log } from "./platform/log.ts";
import type { Paths } from "./platform/paths.ts";
import { settleWithin } from "./platform/settle-within.ts";
import type { Services } from "./proxy/services.ts";
import { ProxySession } from "./proxy/session.ts";
import { Peer } from "./rpc/peer.ts";
import { IndexFile } from "./search/index-file.ts";
import { Searcher } from "./search/searcher.ts";
import { openDownstreamStdio } from "./transport/downstream-stdio.ts";
import { listTools } from "./upstream/list-tools.ts";
import { openSession } from "./upstream/open-session.ts";
import { UpstreamPool } from "./upstream/pool.ts";

export interface AppOptions {
  readonly config: Config;
  readonly env: Env;
  readonly paths: Paths;
  readonly log: Log;
}

export interface RunningProxy {
  /** Resolves when the host has left. */
  readonly closed: Promise<void>;
  /** Answers what is being answered, ends every server, and leaves nothing behind. */
  stop(): Promise<void>;
}

/** Hosts ask for the tool list at once after the handshake; background work lets that pass first. */
const BACKGROUND_DELAY_MS = 25;
/** Hosts kill a server that has not left after some 2 s. */
const DRAIN_MS = 400;
const SHUTDOWN_GRACE_MS = 500;
const LIST_TIMEOUT_MS = 30_000;

/** Wires the floors together and serves one host on stdin and stdout. */
export function startProxy(options: AppOptions): RunningProxy {
  const store = new CatalogStore(options.paths.catalogFile, options.log);
  const services = createServices(store, options);
  const background = once(() => startBackground(services));
  const session = new ProxySession(services, (method, params) => peer.notify(method, params));
  const front = openDownstreamStdio((line) => peer.receive(line));
  const peer = new Peer((frame) => front.send(frame), {
    onRequest: (request) => {
      if (request.method === "tools/call") background();
      return session.answer(request);
    },
    onNotification: (method) => {
      if (method === "notifications/initialized") setTimeout(background, BACKGROUND_DELAY_MS);
    },
    onGarbage: (fault) => options.log.warn(`host: skipped a line: ${fault}`),
  });
  return {
    closed: front.closed,
    stop: async () => {
      services.refresh.stop();
      await settleWithin(peer.drained(), DRAIN_MS);
      peer.close(new Error("mcpzip is stopping"));
      await services.pool.close({ graceMs: SHUTDOWN_GRACE_MS });
      await front.end();
      store.close();
    },
  };
}

function createServices(store: CatalogStore, { config, env, paths, log }: AppOptions): Services {
  const servers = enabledServers(config);
  const catalog = new Catalog(store, { servers, ttlMs: config.catalogTtlMs, now: Date.now });
  const file = new IndexFile(paths.searchIndexFile, log);
  const searcher = new Searcher(catalog, { file, log });
  const pool = new UpstreamPool({
    servers: config.servers,
    faults: config.faults,
    idleTimeoutMs: config.idleTimeoutMs,
    open: (server, sessionOptions) => openSession(server, { ...sessionOptions, env, log }),
    onConnected: (name) => withServer(name, (server) => refresh.refreshIfStale(server)),
    onNotification: (name, method) => {
      if (method !== "notifications/tools/list_changed") return;
      withServer(name, (server) => refresh.toolsChanged(server));
    },
  });
  const refresh = new CatalogRefresh({
    catalog,
    servers,
    log,
    list: (server, signal) => listFromPool(pool, server, { signal, log }),
    onStored: () => searcher.prepare(),
  });
  const withServer = (name: string, act: (server: ServerConfig) => void) => {
    const server = servers.get(name);
    if (server !== undefined) act(server);
  };
  return { config, catalog, refresh, pool, searcher };
}

function enabledServers({ servers }: Config): ReadonlyMap<string, ServerConfig> {
  return new Map([...servers].filter(([, server]) => !server.isDisabled));
}

function listFromPool(
  pool: UpstreamPool,
  server: ServerConfig,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<ServerListing> {
  return pool.use(
    server.name,
    (session) => listTools(server, session, { timeoutMs: LIST_TIMEOUT_MS, signal, log }),
    { signal, connectTimeoutMs: LIST_TIMEOUT_MS, isBackground: true },
  );
}

function startBackground({ refresh, searcher }: Services): void {
  refresh.start();
  searcher.prepare();
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
