import { createHash } from "node:crypto";

/** How a file is answered in place of what it holds. */
export type Fault =
  | { readonly kind: "status"; readonly status: number }
  /** The connection breaks after so many bytes, of which more were promised. */
  | { readonly kind: "half" }
  /** The answer never comes. */
  | { readonly kind: "stalled" }
  /** As long as it should be, and other bytes. */
  | { readonly kind: "altered" };

export interface ReleaseServer extends Disposable {
  /** In place of `https://github.com/OWNER/NAME/releases`. */
  readonly address: string;
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[];
  /** By file name, or by a path such as `/latest`. */
  readonly faults: Map<string, Fault>;
  publish(version: string, files: Readonly<Record<string, Uint8Array | string>>): void;
}

/**
 * Releases on loopback, with the redirects of GitHub: `latest` to the newest tag's page, `latest/download` to
 * that release, and every file to a storage on another host with a signature in its address.
 */
export function startReleaseServer(): ReleaseServer {
  const releases = new Map<string, ReadonlyMap<string, Uint8Array>>();
  const asked: string[] = [];
  const faults = new Map<string, Fault>();
  const breaker = startBreaker((path) => contentAt(path, releases) ?? new Uint8Array());
  const storage = serve((path) => stored(path, { releases, faults, breaker: breaker.origin }));
  const site = serve((path) => {
    asked.push(path);
    const fault = faults.get(path);
    if (fault?.kind === "status") return new Response(null, { status: fault.status });
    const newest = [...releases.keys()].toSorted((a, b) => Bun.semver.order(b, a))[0];
    return page(path, { newest, releases, site: site.origin, storage: storage.origin });
  });
  return {
    address: `${site.origin}/mcpzip/mcpzip/releases`,
    asked,
    faults,
    publish: (version, files) => {
      const entries = Object.entries(files).map(
        ([name, content]) => [name, new Uint8Array(Buffer.from(content))] as const,
      );
      releases.set(version, new Map(entries));
    },
    [Symbol.dispose]: () => {
      site.stop();
      storage.stop();
      breaker.stop();
    },
  };
}

type Releases = ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;

function serve(answer: (path: string) => Response | Promise<Response>) {
  const fetch = (request: Request) => answer(new URL(request.url).pathname);
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch });
  return { origin: `http://127.0.0.1:${server.port}`, stop: () => void server.stop(true) };
}

interface Site {
  readonly newest: string | undefined;
  readonly releases: Releases;
  readonly site: string;
  readonly storage: string;
}

function page(path: string, { newest, releases, site, storage }: Site): Response {
  const root = `${site}/mcpzip/mcpzip/releases`;
  const [, rest = ""] = /\/releases\/?(.*)$/.exec(path) ?? [];
  const [, file] = /^latest\/download\/(.+)$/.exec(rest) ?? [];
  if (rest === "latest") return found(newest === undefined ? root : `${root}/tag/v${newest}`);
  if (file !== undefined && newest !== undefined)
    return found(`${root}/download/v${newest}/${file}`);
  const [, version = "", name = ""] = /^download\/v([^/]+)\/([^/]+)$/.exec(rest) ?? [];
  if (releases.get(version)?.has(name) !== true) return new Response("Not Found", { status: 404 });
  const signature = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return found(`${storage}/production-release-asset/${version}/${name}?sig=${signature}`);
}

function contentAt(path: string, releases: Releases): Uint8Array | undefined {
  const [version = "", name = ""] = path.split("/").slice(-2);
  return releases.get(version)?.get(name);
}

function found(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}

interface Storage {
  readonly releases: Releases;
  readonly faults: ReadonlyMap<string, Fault>;
  /** Where one gets half of a file. */
  readonly breaker: string;
}

function stored(
  path: string,
  { releases, faults, breaker }: Storage,
): Response | Promise<Response> {
  const content = contentAt(path, releases);
  const name = path.split("/").at(-1) ?? "";
  if (content === undefined) return new Response("NoSuchKey", { status: 404 });
  const fault = faults.get(name);
  switch (fault?.kind) {
    case undefined:
      return new Response(content);
    case "status":
      return new Response("?", { status: fault.status });
    case "stalled":
      return new Promise(() => {});
    case "half":
      return found(`${breaker}${path}`);
    case "altered":
      return new Response(content.map((byte, at) => (at === content.length - 1 ? byte ^ 1 : byte)));
    default:
      return fault satisfies never;
  }
}

/** Promises the whole, sends half of it and hangs up, which no `Response` can do. */
function startBreaker(find: (path: string) => Uint8Array) {
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data: (socket, request) => {
        const [, path = "/"] = request.toString("latin1").split(" ", 2);
        const content = find(path);
        const head = `HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n\r\n`;
        socket.write(head);
        socket.write(content.subarray(0, Math.floor(content.length / 2)));
        socket.end();
      },
    },
  });
  return { origin: `http://127.0.0.1:${listener.port}`, stop: () => listener.stop(true) };
}
