import { join } from "node:path";
import { REPOSITORY } from "./binary.ts";
import type { Sandbox } from "./sandbox.ts";
import { within } from "./until.ts";

/** An entry of `mcpServers`. */
export interface StdioEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

type Env = Readonly<Record<string, string>>;

export function fixturePath(file: string): string {
  return join(REPOSITORY, "test/fixtures/servers", file);
}

/** One of our fixture servers. */
export function fixture(file: string, env: Env = {}): StdioEntry {
  return { command: process.execPath, args: [fixturePath(file)], env };
}

/** A fixture server that adds a line to a file at each of its starts. */
export function countedFixture(file: string, startsFile: string): StdioEntry {
  const script = 'echo "$$" >> "$STARTS_FILE"; exec "$0" "$1"';
  const args = ["-c", script, process.execPath, fixturePath(file)];
  return { command: "sh", args, env: { STARTS_FILE: startsFile } };
}

/** One of the published reference servers, by the end of its package's name. */
export function published(name: string, ...args: readonly string[]): StdioEntry {
  return { command: process.execPath, args: [publishedPath(name), ...args] };
}

/** Starts server-everything on a port of its own; gives its address. */
export async function startEverything(
  sandbox: Sandbox,
  transport: "streamableHttp" | "sse",
): Promise<string> {
  const port = freePort();
  const server = Bun.spawn({
    cmd: [process.execPath, publishedPath("everything"), transport],
    env: sandbox.env({ PORT: String(port) }),
    stdio: ["ignore", "ignore", "pipe"],
  });
  sandbox.own({
    [Symbol.asyncDispose]: async () => {
      server.kill("SIGKILL");
      await server.exited;
    },
  });
  const isListening = seen(server.stderr, String(port));
  await within(`server-everything listens (${transport})`, isListening);
  return `http://127.0.0.1:${port}${transport === "sse" ? "/sse" : "/mcp"}`;
}

function publishedPath(name: string): string {
  return join(REPOSITORY, `node_modules/@modelcontextprotocol/server-${name}/dist/index.js`);
}

function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

/** Resolves when the text has come; reads on to the end, so that the writer is never held up. */
function seen(stream: ReadableStream<Uint8Array>, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const read = async () => {
    const decoder = new TextDecoder();
    let all = "";
    for await (const chunk of stream) {
      all += decoder.decode(chunk, { stream: true });
      if (all.includes(text)) resolve();
    }
    reject(new Error(`ended before it said "${text}":\n${all}`));
  };
  read().catch(reject);
  return promise;
}
