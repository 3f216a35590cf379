import { networkInterfaces } from "node:os";
import type { Hono } from "hono";
import { isLoopback } from "../platform/loopback.ts";
import { type CallbackOutcome, callbackPage } from "./callback-page.ts";

export interface CallbackServer {
  /** What the authorization server must redirect to, to the letter. */
  readonly redirectUri: string;
  /** The first redirect that carries `state`; rejects with the signal's reason when that fires. */
  receive(state: string, signal: AbortSignal): Promise<URLSearchParams>;
  /** Frees the port; what is on its way to the browser still arrives. */
  close(): Promise<void>;
}

export interface CallbackOptions {
  /** The port of an earlier registration, to be had again if it is free. */
  readonly preferredPort: number | undefined;
  /** A port fixed by the config: the redirect URI is then `http://localhost:PORT/callback`. */
  readonly fixedPort: number | undefined;
}

const DYNAMIC_PATH = "/oauth/callback";
const FIXED_PATH = "/callback";
const CLOSE_GRACE_MS = 1_000;

/**
 * Listens on the loopback interface for one redirect (RFC 8252 section 7.3). Everything else (another
 * path, method, host or state) gets a 400, and the wait goes on. Throws when a fixed port is taken.
 */
export async function openCallbackServer(options: CallbackOptions): Promise<CallbackServer> {
  const path = options.fixedPort === undefined ? DYNAMIC_PATH : FIXED_PATH;
  let listener: Listener | undefined;
  const app = await createApp(path, (params) => listener?.(params) ?? "unknown");
  const servers = listen(options, (request) => app.fetch(request));
  const port = servers[0]?.port ?? 0;
  const host = options.fixedPort === undefined ? "127.0.0.1" : "localhost";
  return {
    redirectUri: `http://${host}:${port}${path}`,
    receive: (state, signal) => {
      const redirect = expectRedirect(state, signal);
      listener = redirect.listener;
      return redirect.promise;
    },
    close: async () => {
      await Promise.all(servers.map(stop));
    },
  };
}

type Listener = (params: URLSearchParams) => CallbackOutcome;

async function createApp(path: string, listener: Listener): Promise<Hono> {
  const { Hono } = await import("hono/tiny");
  const app = new Hono();
  app.use(({ req }, next) => (isRedirect(req.raw) ? next() : Promise.resolve(answer("unknown"))));
  app.get(path, ({ req }) => answer(listener(new URL(req.url).searchParams)));
  app.notFound(() => answer("unknown"));
  return app;
}

/**
 * Hono would answer HEAD like GET, and a link preview must not use up the code. A host that is not
 * loopback is another site's name for this machine (DNS rebinding); Bun gives a path for a malformed one.
 */
function isRedirect({ method, url }: Request): boolean {
  const parsed = URL.parse(url);
  return method === "GET" && parsed !== null && isLoopback(parsed);
}

function answer(outcome: CallbackOutcome): Response {
  const { html, status, headers } = callbackPage(outcome);
  return new Response(html, { status, headers });
}

interface Redirect {
  readonly listener: Listener;
  readonly promise: Promise<URLSearchParams>;
}

/** A reload shows the same page again; another redirect with the same state means nothing any more. */
function expectRedirect(state: string, signal: AbortSignal): Redirect {
  const { promise, resolve, reject } = Promise.withResolvers<URLSearchParams>();
  let first: string | undefined;
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  const listener: Listener = (params) => {
    if (signal.aborted || params.get("state") !== state) return "unknown";
    first ??= params.toString();
    if (params.toString() !== first) return "unknown";
    signal.removeEventListener("abort", abort);
    resolve(params);
    return params.has("code") && !params.has("error") ? "accepted" : "refused";
  };
  return { listener, promise };
}

type Handler = (request: Request) => Response | Promise<Response>;
type LoopbackServer = ReturnType<typeof Bun.serve>;

function listen({ preferredPort, fixedPort }: CallbackOptions, fetch: Handler): LoopbackServer[] {
  if (fixedPort !== undefined) return listenOnLocalhost(fixedPort, fetch);
  if (preferredPort !== undefined) {
    try {
      return [serveOn("127.0.0.1", preferredPort, fetch)];
    } catch {
      // Taken: any other will do, for the price of registering anew.
    }
  }
  return [serveOn("127.0.0.1", 0, fetch)];
}

/** "localhost" may mean either address: with only one of them ours, another program could get the code. */
function listenOnLocalhost(port: number, fetch: Handler): LoopbackServer[] {
  const server = serveOn("127.0.0.1", port, fetch);
  if (!hasIPv6Loopback()) return [server];
  try {
    return [server, serveOn("::1", port, fetch)];
  } catch (error) {
    void server.stop(true);
    throw error;
  }
}

function hasIPv6Loopback(): boolean {
  const addresses = Object.values(networkInterfaces()).flat();
  return addresses.some((entry) => entry?.address === "::1");
}

function serveOn(hostname: string, port: number, fetch: Handler): LoopbackServer {
  // Outside of development Bun shares ports, and another mcpzip would get half of the redirects.
  return Bun.serve({ hostname, port, fetch, development: false, reusePort: false });
}

/** Gracefully, but a connection that never ends its request must not hold us up. */
async function stop(server: LoopbackServer): Promise<void> {
  const timer = setTimeout(() => void server.stop(true), CLOSE_GRACE_MS);
  await server.stop();
  clearTimeout(timer);
}
