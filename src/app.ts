import type { Authorizer } from "./auth/authorizer.ts";
import { Catalog } from "./catalog/catalog.ts";
import { CatalogRefresh, type ListOptions } from "./catalog/refresh.ts";
import { CatalogStore } from "./catalog/store.ts";
import type { Config, Env, ServerConfig } from "./config/config.ts";
import { LiveConfig, type CurrentConfig } from "./config/live-config.ts";
import type { LoadedConfig } from "./config/load.ts";
import { serversInUse } from "./config/server-changes.ts";
import type { ServerListing } from "./core/tool.ts";
import type { Backend } from "./proxy/front.ts";
import { lazy, once, type Lazy } from "./platform/lazy.ts";
import type { Log } from "./platform/log.ts";
import type { Paths } from "./platform/paths.ts";
import type { Host } from "./proxy/host.ts";
import { hostSideFor, relayNotification } from "./proxy/relay.ts";
import { CallLog } from "./proxy/call-log.ts";
import { CatalogSearch } from "./proxy/catalog-search.ts";
import { saveInstructions } from "./proxy/saved-instructions.ts";
import type { Services } from "./proxy/services.ts";
import { ProxySession } from "./proxy/session.ts";
import { listTools } from "./upstream/list-tools.ts";
import { openSession } from "./upstream/open-session.ts";
import { UpstreamPool } from "./upstream/pool.ts";

interface AppOptions {
  readonly env: Env;
  readonly paths: Paths;
  readonly log: Log;
  readonly host: Host;
}

export interface ServeOptions extends AppOptions {
  readonly loaded: LoadedConfig;
  /** Reads the config file anew. */
  readonly load: () => Promise<LoadedConfig>;
}

export interface CommandOptions extends AppOptions {
  readonly config: Config;
}

/** Hosts kill a server that has not left after some 2 s. */
const SHUTDOWN_GRACE_MS = 500;
const LIST_TIMEOUT_MS = 30_000;
/** Watching a file costs some 2 ms, which the first call is not to wait for. */
const WATCH_DELAY_MS = 100;

/** Wires the floors together into what stands behind the front. */
export function startApp(options: ServeOptions): Backend {
  const { paths, log, loaded, load } = options;
  const onChange = (before: Config) => {
    reconfigure(wiring, before);
    settle();
  };
  const config = new LiveConfig({ loaded, load, onChange, log });
  let saving = Promise.resolve();
  const save = () => {
    // Nothing is known of what the next start will find in a file that cannot be used.
    if (config.fault !== undefined) return;
    saving = saving.then(() => saveInstructions(paths, session.instructions(), log));
  };
  /** The next search and the next start find what the catalog holds now. */
  const settle = () => {
    wiring.services.searcher.prepare();
    save();
  };
  const onSignedIn = (name: string) =>
    withServer(config, name, (server) => void wiring.services.refresh.refresh(server));
  const calls = openCallLog(options);
  const wiring: Wiring = wire({ ...options, config, calls, onSignedIn, onStored: settle });
  const session = new ProxySession(wiring.services, options.host);
  let watchTimer: Timer | undefined;
  const begin = once(() => {
    wiring.services.refresh.start();
    settle();
    watchTimer = setTimeout(() => config.watch(), WATCH_DELAY_MS);
  });
  return {
    begin,
    answer: (request) => {
      if (request.method === "tools/call") {
        begin();
        config.glance();
      }
      return session.answer(request);
    },
    stop: async () => {
      clearTimeout(watchTimer);
      config.stop();
      await stopServices(wiring);
      await Promise.all([saving, calls.close()]);
      wiring.store.close();
    },
  };
}

/** What one command of the terminal works with; nothing runs in the background, no call is counted. */
export interface OpenServices {
  readonly services: Services;
  /** Ends every server; resolves when nothing of them is left. */
  stop(): Promise<void>;
}

/** The same services as those behind the front, for a command. */
export function openServices(options: CommandOptions): OpenServices {
  const config: CurrentConfig = { current: options.config, fault: undefined };
  const wiring = wire({ ...options, config, onSignedIn: () => {}, onStored: () => {} });
  return {
    services: wiring.services,
    stop: async () => {
      await stopServices(wiring);
      wiring.store.close();
    },
  };
}

interface WireOptions extends AppOptions {
  readonly config: CurrentConfig;
  readonly calls?: CallLog;
  readonly onSignedIn: (server: string) => void;
  readonly onStored: () => void;
}

interface Wiring {
  readonly services: Services;
  readonly store: CatalogStore;
  readonly search: CatalogSearch;
  readonly authorizer: Lazy<Authorizer>;
}

function openCallLog({ paths, log }: AppOptions): CallLog {
  const open = async () => {
    const { CallLogStore } = await import("./proxy/call-log-store.ts");
    return new CallLogStore(paths.callLogFile, log);
  };
  return new CallLog({ open, log, now: Date.now });
}

function wire(options: WireOptions): Wiring {
  const { config, env, paths, log, host, calls, onStored } = options;
  const { idleTimeoutMs, servers, faults, catalogTtlMs } = config.current;
  const used = serversInUse(config.current);
  const store = new CatalogStore(paths.catalogFile, log);
  const catalog = new Catalog(store, { servers: used, ttlMs: catalogTtlMs, now: Date.now });
  const search = new CatalogSearch(catalog, { config, paths, log });
  const authorizer = lazy(() => loadAuthorizer(options));
  const pool = new UpstreamPool({
    servers,
    faults,
    idleTimeoutMs,
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
    servers: used,
    log,
    list: (server, listOptions) => listFromPool(pool, server, { ...listOptions, log }),
    onStored,
  });
  const services: Services = {
    get config() {
      return config.current;
    },
    get configFault() {
      return config.fault;
    },
    get searcher() {
      return search.searcher;
    },
    get calls() {
      return config.current.countsCalls ? calls : undefined;
    },
    catalog,
    refresh,
    pool,
  };
  return { services, store, search, authorizer };
}

/** Everything that keeps a part of the config takes it from the one that there is now. */
function reconfigure({ services, search }: Wiring, before: Config): void {
  const { config, catalog, refresh, pool } = services;
  const servers = serversInUse(config);
  catalog.reconfigure({ servers, ttlMs: config.catalogTtlMs });
  pool.reconfigure(config);
  refresh.reconfigure(servers);
  if (!Bun.deepEquals(before.search, config.search)) search.renew();
}

async function stopServices({ services, search, authorizer }: Wiring): Promise<void> {
  services.refresh.stop();
  (await authorizer.loaded())?.close();
  await services.pool.close({ graceMs: SHUTDOWN_GRACE_MS });
  await search.close();
}

/** Acts on a server as it is configured now, if it is still used. */
function withServer(
  { current }: CurrentConfig,
  name: string,
  act: (server: ServerConfig) => void,
): void {
  const server = current.servers.get(name);
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
async function loadAuthorizer(options: WireOptions): Promise<Authorizer> {
  const { config, env, paths, log, onSignedIn } = options;
  const { tokenStorage } = config.current;
  const { createAuthorizer } = await import("./auth/create-authorizer.ts");
  return createAuthorizer({ env, folder: paths.authFolder, tokenStorage, log, onSignedIn });
}
