import type { Authorizer } from "./auth/authorizer.ts";
import { Catalog } from "./catalog/catalog.ts";
import { CatalogRefresh, type ListOptions } from "./catalog/refresh.ts";
import { CatalogStore } from "./catalog/store.ts";
import type { Config, Env, ServerConfig } from "./config/config.ts";
import type { ServerListing } from "./core/tool.ts";
import type { Backend } from "./proxy/front.ts";
import type { Log } from "./platform/log.ts";
import type { Paths } from "./platform/paths.ts";
import type { Host } from "./proxy/host.ts";
import { hostSideFor, relayNotification } from "./proxy/relay.ts";
import { saveInstructions } from "./proxy/saved-instructions.ts";
import type { Services } from "./proxy/services.ts";
import { ProxySession } from "./proxy/session.ts";
import { IndexFile } from "./search/index-file.ts";
import { Searcher } from "./search/searcher.ts";
import { listTools } from "./upstream/list-tools.ts";
import { openSession } from "./upstream/open-session.ts";
import { UpstreamPool } from "./upstream/pool.ts";

export interface AppOptions {
  readonly config: Config;
  readonly env: Env;
  readonly paths: Paths;
  readonly log: Log;
  readonly host: Host;
}

/** Hosts kill a server that has not left after some 2 s. */
const SHUTDOWN_GRACE_MS = 500;
const LIST_TIMEOUT_MS = 30_000;

/** Wires the floors together into what stands behind the front. */
export function startApp(options: AppOptions): Backend {
  const { paths, log } = options;
  const store = new CatalogStore(paths.catalogFile, log);
  let saving = Promise.resolve();
  const save = () => {
    saving = saving.then(() => saveInstructions(paths, session.instructions(), log));
  };
  const authorizer = lazy(() =>
    loadAuthorizer(options, (name) =>
      withServer(options.config, name, (server) => void services.refresh.refresh(server)),
    ),
  );
  /** The next search and the next start find what the catalog holds now. */
  const settle = () => {
    services.searcher.prepare();
    save();
  };
  const services: Services = createServices(store, { ...options, authorizer }, settle);
  const session = new ProxySession(services, options.host);
  const begin = once(() => {
    services.refresh.start();
    settle();
  });
  return {
    begin,
    answer: (request) => {
      if (request.method === "tools/call") begin();
      return session.answer(request);
    },
    stop: async () => {
      services.refresh.stop();
      (await authorizer.loaded())?.close();
      await services.pool.close({ graceMs: SHUTDOWN_GRACE_MS });
      await Promise.all([saving, services.searcher.saved()]);
      store.close();
    },
  };
}

function createServices(
  store: CatalogStore,
  {
    config,
    env,
    paths,
    log,
    host,
    authorizer,
  }: AppOptions & { readonly authorizer: Lazy<Authorizer> },
  onStored: () => void,
): Services {
  const servers = new Map([...config.servers].filter(([, server]) => !server.isDisabled));
  const catalog = new Catalog(store, { servers, ttlMs: config.catalogTtlMs, now: Date.now });
  const file = new IndexFile(paths.searchIndexFile, log);
  const searcher = new Searcher(catalog, { file, log });
  const pool = new UpstreamPool({
    servers: config.servers,
    faults: config.faults,
    idleTimeoutMs: config.idleTimeoutMs,
    open: (server, sessionOptions) =>
      openSession(server, {
        ...sessionOptions,
        host: hostSideFor(server.name, host),
        env,
        log,
        authorizer: authorizer.load,
      }),
    onConnected: (name) => withServer(config, name, (server) => refresh.refreshIfStale(server)),
    onNotification: (name, method, params) => {
      relayNotification(method, params, { host });
      if (method !== "notifications/tools/list_changed") return;
      withServer(config, name, (server) => refresh.toolsChanged(server));
    },
  });
  const refresh: CatalogRefresh = new CatalogRefresh({
    catalog,
    servers,
    log,
    list: (server, options) => listFromPool(pool, server, { ...options, log }),
    onStored,
  });
  return { config, catalog, refresh, pool, searcher };
}

function withServer({ servers }: Config, name: string, act: (server: ServerConfig) => void): void {
  const server = servers.get(name);
  if (server !== undefined) act(server);
}

function listFromPool(
  pool: UpstreamPool,
  server: ServerConfig,
  { signal, isWanted, log }: ListOptions & { readonly log: Log },
): Promise<ServerListing> {
  return pool.use(
    server.name,
    (session) => listTools(server, session, { timeoutMs: LIST_TIMEOUT_MS, signal, log }),
    { signal, connectTimeoutMs: LIST_TIMEOUT_MS, isBackground: !isWanted },
  );
}

/** OAuth costs start-up nothing where no remote server needs it. */
async function loadAuthorizer(
  { config: { tokenStorage }, env, paths, log }: AppOptions,
  onSignedIn: (server: string) => void,
): Promise<Authorizer> {
  const { createAuthorizer } = await import("./auth/create-authorizer.ts");
  return createAuthorizer({ env, folder: paths.authFolder, tokenStorage, log, onSignedIn });
}

interface Lazy<T> {
  load(): Promise<T>;
  /** What has been loaded, if it has. */
  loaded(): Promise<T> | undefined;
}

function lazy<T>(create: () => Promise<T>): Lazy<T> {
  let loading: Promise<T> | undefined;
  return { load: () => (loading ??= create()), loaded: () => loading };
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
