import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const SERVER = join(import.meta.dir, "../../test/fixtures/servers/echo.ts");
const DEADLINE_MS = 30_000;
const TOOLS = ["search_tools", "describe_tool", "execute_tool"];

type Json = Record<string, unknown>;

/** What an executable has shown that it can do. */
export interface Conversation {
  readonly version: string;
  readonly protocolVersion: string;
  /** The first line that the search found. */
  readonly hit: string;
}

/**
 * Talks to an executable as a host does: `--version`, then `initialize`, `tools/list`, a search and a call,
 * with one server behind it, in a home of its own. Throws when anything is not as it should be.
 */
export async function converse(path: string): Promise<Conversation> {
  // It is started in another folder.
  const executable = resolve(path);
  const home = await mkdtemp(join(tmpdir(), "mcpzip-smoke-"));
  try {
    await configure(home);
    const version = await versionOf(executable, home);
    return { version, ...(await talk(executable, home)) };
  } finally {
    await removeQuietly(home);
  }
}

/** Windows does not let go of a folder as soon as those who worked in it have ended; it is a temporary one. */
async function removeQuietly(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    if (process.platform !== "win32") throw error;
  }
}

/** The server runs on what runs this: Bun, or a mcpzip that BUN_BE_BUN makes one. */
async function configure(home: string): Promise<void> {
  const folder = join(home, ".config/compressed-mcp-proxy");
  await mkdir(folder, { recursive: true });
  const echo = { command: process.execPath, args: [SERVER], env: { BUN_BE_BUN: "1" } };
  await Bun.write(join(folder, "config.json"), JSON.stringify({ mcpServers: { echo } }));
}

async function versionOf(executable: string, home: string): Promise<string> {
  const child = Bun.spawn([executable, "--version"], { env: envOf(home), stderr: "pipe" });
  const [text, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`--version failed: ${errors}`);
  return text.trim();
}

async function talk(executable: string, home: string): Promise<Omit<Conversation, "version">> {
  const child = Bun.spawn([executable, "serve"], {
    env: envOf(home),
    cwd: home,
    stdio: ["pipe", "pipe", "pipe"],
    timeout: DEADLINE_MS,
    killSignal: "SIGKILL",
  });
  const said = new Response(child.stderr).text();
  const lines = linesOf(child.stdout);
  let id = 0;
  const request = async (method: string, params: Json): Promise<Json> => {
    id += 1;
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    await child.stdin.flush();
    return answerTo(id, lines);
  };
  try {
    return await exchange(request);
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`the conversation failed; on stderr: ${await said}`, { cause: error });
  } finally {
    await child.stdin.end();
    await child.exited;
  }
}

type Request = (method: string, params: Json) => Promise<Json>;

async function exchange(request: Request): Promise<Omit<Conversation, "version">> {
  const clientInfo = { name: "smoke", version: "1.0.0" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  const { protocolVersion } = await request("initialize", params);
  const { tools } = await request("tools/list", {});
  const names = Array.isArray(tools) ? tools.map(({ name }: { name: unknown }) => name) : [];
  if (names.join() !== TOOLS.join()) throw new Error(`the tools are ${names.join()}`);
  const hit = await call(request, { name: "search_tools", arguments: { query: "add numbers" } });
  if (!hit.includes("echo__add")) throw new Error(`the search found ${JSON.stringify(hit)}`);
  const add = { name: "echo__add", arguments: { a: 20, b: 22 } };
  const sum = await call(request, { name: "execute_tool", arguments: add });
  if (!sum.includes("42")) throw new Error(`20 and 22 make ${JSON.stringify(sum)}`);
  return { protocolVersion: String(protocolVersion), hit: hit.split("\n", 1)[0] ?? "" };
}

/** The text of what a tool answers. */
async function call(request: Request, params: Json): Promise<string> {
  const { content } = await request("tools/call", params);
  const [first] = Array.isArray(content) ? content : [];
  return String(first?.text);
}

async function answerTo(id: number, lines: AsyncIterator<string>): Promise<Json> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`it ended before it answered request ${id}`);
    const message = JSON.parse(value) as { id?: unknown; result?: Json; error?: unknown }; // as: JSON-RPC
    if (message.id !== id) continue;
    if (message.result === undefined) throw new Error(JSON.stringify(message.error));
    return message.result;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let unfinished = "";
  for await (const chunk of stream) {
    const lines = (unfinished + decoder.decode(chunk, { stream: true })).split("\n");
    unfinished = lines.pop() ?? "";
    yield* lines;
  }
}

/** USERPROFILE and SystemRoot are for Windows, where little runs without the latter. */
function envOf(home: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => /^(PATH|SYSTEMROOT)$/i.test(name));
  const known = kept.map(([name, value]) => [name, value ?? ""]);
  return { ...Object.fromEntries(known), HOME: home, USERPROFILE: home };
}

if (import.meta.main) {
  const [executable] = Bun.argv.slice(2);
  if (executable === undefined)
    throw new Error("usage: bun scripts/release/converse.ts EXECUTABLE");
  const { version, protocolVersion, hit } = await converse(executable);
  console.log(`mcpzip ${version}, MCP ${protocolVersion}, a search finds ${hit}`);
}
