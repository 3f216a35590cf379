/** A published MCP server that listens on HTTP, running until it is stopped. */
export interface ListeningServer {
  readonly url: string;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;

/** The script that a published server's package names as its program. */
export function programOf(name: string): string {
  return Bun.resolveSync(`@modelcontextprotocol/${name}/dist/index.js`, import.meta.dir);
}

/** Starts server-everything on a free port; resolves when it listens. */
export async function startEverything(mode: "streamableHttp" | "sse"): Promise<ListeningServer> {
  const port = freePort();
  const child = Bun.spawn([process.execPath, programOf("server-everything"), mode], {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "ignore", "ignore"],
  });
  const origin = `http://127.0.0.1:${port}`;
  await listening(origin);
  return {
    url: `${origin}/${mode === "sse" ? "sse" : "mcp"}`,
    stop: async () => {
      child.kill();
      await child.exited;
    },
  };
}

function freePort(): number {
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = probe;
  probe.stop(true);
  if (port === undefined) throw new Error("no free port");
  return port;
}

async function listening(origin: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const answered = await fetch(origin, { proxy: false }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await Bun.sleep(50);
  }
  throw new Error(`nothing listens at ${origin}`);
}
