import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { startHost, type Host } from "./host.ts";
import { Steps } from "./print.ts";
import { programOf, startEverything, type ListeningServer } from "./servers.ts";
import { costOf, TOKENIZER } from "./tokens.ts";

/**
 * A whole conversation of the official SDK's client with the compiled binary, in front of published MCP
 * servers over all three transports. Fails when an answer is not what it should be.
 */
const BINARY = join(
  import.meta.dir,
  "../../dist",
  process.platform === "win32" ? "mcpzip.exe" : "mcpzip",
);

const home = await mkdtemp(join(tmpdir(), "mcpzip-demo-"));
const steps = new Steps();
const servers = await Promise.all([startEverything("streamableHttp"), startEverything("sse")]);
try {
  await demo(servers);
  steps.done();
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(home, { recursive: true, force: true });
}

async function demo([http, sse]: readonly ListeningServer[]): Promise<void> {
  const config = await writeConfig({ http: http?.url, sse: sse?.url });
  steps.heading("First start: nothing is known yet, all servers are asked in the background");
  const first = await start(config);
  await converse(first);
  await first.close();
  steps.heading("Second start: everything is answered from the catalog on disk");
  const second = await start(config);
  await fromCatalog(second);
  await compareTokens(second);
  await second.close();
}

async function writeConfig(urls: Record<"http" | "sse", string | undefined>): Promise<string> {
  const files = join(home, "files");
  await mkdir(files);
  await writeFile(join(files, "note.txt"), "mcpzip was here\n");
  const mcpServers = {
    "everything-stdio": stdio("server-everything", "stdio"),
    "everything-http": { type: "http", url: urls.http },
    "everything-sse": { type: "sse", url: urls.sse },
    files: stdio("server-filesystem", files),
    // Its own place for what it remembers is the folder of the package, which a second run would find.
    memory: { ...stdio("server-memory"), env: { MEMORY_FILE_PATH: join(home, "memory.jsonl") } },
  };
  const path = join(home, "config.json");
  await writeFile(path, JSON.stringify({ mcpServers }, undefined, 2));
  return path;
}

function stdio(name: string, ...args: string[]): { command: string; args: string[] } {
  return { command: process.execPath, args: [programOf(name), ...args] };
}

function start(config: string): Promise<Host> {
  return steps.run(
    "initialize: spawn dist/mcpzip serve and shake hands",
    () => startHost({ command: BINARY, args: ["serve", "--config", config], home }),
    ({ client }) => client.getInstructions() ?? "",
  );
}

async function converse(host: Host): Promise<void> {
  await steps.run(
    "tools/list",
    () => host.client.listTools(),
    ({ tools }) => expected(tools.map(({ name }) => name).join(", "), "search_tools"),
  );
  await call(host, "search_tools", { query: "echo a message" }, "everything-http__echo");
  await call(host, "search_tools", { query: "" }, "memory (9 tools)");
  await call(host, "describe_tool", { name: "files__read_text_file" }, "inputSchema");
  for (const transport of ["stdio", "http", "sse"]) {
    const name = `everything-${transport}__echo`;
    await call(
      host,
      "execute_tool",
      { name, arguments: { message: `over ${transport}` } },
      `over ${transport}`,
    );
  }
  const path = join(home, "files", "note.txt");
  await call(
    host,
    "execute_tool",
    { name: "files__read_text_file", arguments: { path } },
    "mcpzip was here",
  );
  const entity = { name: "mcpzip", entityType: "program", observations: ["is being shown"] };
  const create = { name: "memory__create_entities", arguments: { entities: [entity] } };
  await call(host, "execute_tool", create, "is being shown");
  await call(host, "execute_tool", { name: "everything-stdio__get-tiny-image" }, "image/png");
  await call(host, "execute_tool", { name: "everything-stdio__echo" }, "ARGUMENTS_INVALID");
  await call(host, "execute_tool", { name: "everything-stdio__ecko" }, "TOOL_UNKNOWN");
}

async function fromCatalog(host: Host): Promise<void> {
  await call(host, "search_tools", { query: "read a file from disk" }, "files__read_text_file");
  await call(host, "execute_tool", { name: "proxy_status" }, '"status": "idle"');
}

async function call(
  host: Host,
  name: string,
  args: Record<string, unknown>,
  wanted: string,
): Promise<void> {
  await steps.run(
    `${name} ${JSON.stringify(args)}`,
    () => host.call(name, args),
    (result) => expected(shown(result), wanted),
  );
}

function shown({ content, isError }: CallToolResult): string {
  const blocks = content.map((block) => {
    if (block.type === "text") return block.text;
    return block.type === "image"
      ? `[${block.mimeType}, ${block.data.length} characters]`
      : `[${block.type}]`;
  });
  return `${isError === true ? "isError: " : ""}${blocks.join("\n")}`;
}

function expected(text: string, wanted: string): string {
  if (text.includes(wanted)) return text;
  throw new Error(`expected "${wanted}" in: ${text}`);
}

async function compareTokens(host: Host): Promise<void> {
  steps.heading(`What the tool lists cost a model in every request, in tokens of ${TOKENIZER}`);
  const direct = { everything: ["stdio"], filesystem: [home], memory: [] };
  let total = 0;
  for (const [server, args] of Object.entries(direct)) {
    const upstream = await startHost({
      command: process.execPath,
      args: [programOf(`server-${server}`), ...args],
      home,
    });
    const { tools, tokens } = await costOf(upstream.client);
    const copies = server === "everything" ? 3 : 1;
    total += copies * tokens;
    console.log(
      `    ${`${server}${copies > 1 ? ` ×${copies}` : ""}`.padEnd(16)}${String(copies * tools).padStart(4)} tools ${String(copies * tokens).padStart(7)} tokens`,
    );
    await upstream.close();
  }
  const ours = await costOf(host.client);
  console.log(
    `    ${"all, in full".padEnd(16)}${" ".repeat(11)}${String(total).padStart(7)} tokens`,
  );
  console.log(
    `    ${"mcpzip".padEnd(16)}${String(ours.tools).padStart(4)} tools ${String(ours.tokens).padStart(7)} tokens, ${(100 * (1 - ours.tokens / total)).toFixed(0)} % less`,
  );
}
