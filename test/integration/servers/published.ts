import { until } from "../../fixtures/poll.ts";

const PACKAGES = `${import.meta.dir}/../../../node_modules/@modelcontextprotocol`;

export interface EverythingServer {
  readonly url: URL;
  stop(): Promise<void>;
}

/** A config entry for a published stdio server, from this project's own dependencies. */
export function publishedEntry(name: string, args: readonly string[] = []) {
  return { command: process.execPath, args: [`${PACKAGES}/${name}/dist/index.js`, ...args] };
}

/** The official everything server on a free port; resolves when it listens. */
export async function startEverything(kind: "streamableHttp" | "sse"): Promise<EverythingServer> {
  const port = freePort();
  const child = Bun.spawn({
    cmd: [process.execPath, `${PACKAGES}/server-everything/dist/index.js`, kind],
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "ignore", "ignore"],
  });
  const url = new URL(kind === "sse" ? "/sse" : "/mcp", `http://127.0.0.1:${port}`);
  await until(() => isListening(url));
  return {
    url,
    stop: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

function freePort(): number {
  const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const port = Number(probe.port);
  void probe.stop(true);
  return port;
}

async function isListening(url: URL): Promise<boolean> {
  try {
    const response = await fetch(new URL("/", url), { proxy: false });
    await response.arrayBuffer();
    return true;
  } catch {
    // Not yet: nobody has bound the port.
    return false;
  }
}
