import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { startHost, type Host } from "../demo/host.ts";
import { programOf } from "../demo/servers.ts";
import { spansOf, wrapped, type Line } from "./ansi.ts";

/** Of the terminal that the commands believe to be in, and of the picture. */
export const COLUMNS = 84;

interface Place {
  readonly executable: string;
  readonly home: string;
}

/**
 * Runs the executable in a home of its own with three published servers behind it: a command as a person
 * types it, then a conversation as a host has it. Returns what was typed, called, printed and answered.
 */
export async function runSession(executable: string): Promise<Line[]> {
  const home = await mkdtemp(join(tmpdir(), "mcpzip-picture-"));
  try {
    await furnish(home);
    await runCommand({ executable, home }, "refresh");
    const typed = await showCommand({ executable, home }, "stats");
    const host = await startHost({ command: executable, args: ["serve"], home });
    const spoken = await converse(host).finally(() => host.close());
    return [...typed, [], ...spoken];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function furnish(home: string): Promise<void> {
  await mkdir(join(home, "notes"), { recursive: true });
  await Bun.write(join(home, "notes/draft.md"), "# Monday\n");
  const mcpServers = {
    files: { ...server("filesystem", "."), cwd: "~/notes" },
    everything: server("everything"),
    memory: server("memory"),
  };
  const config = join(home, ".config/compressed-mcp-proxy/config.json");
  await Bun.write(config, JSON.stringify({ mcpServers }));
}

function server(name: string, ...args: string[]): { command: string; args: string[] } {
  return { command: process.execPath, args: [programOf(`server-${name}`), ...args] };
}

async function converse(host: Host): Promise<Line[]> {
  return [
    [{ text: "# A model, with these three tools", style: "dim" }],
    ...(await showCall(host, "search_tools", { query: "rename a file", limit: 2 })),
    [],
    ...(await showCall(host, "execute_tool", {
      name: "files__move_file",
      arguments: { source: "draft.md", destination: "monday.md" },
    })),
  ];
}

async function showCommand(place: Place, command: string): Promise<Line[]> {
  const printed = await runCommand(place, command);
  return [
    [
      { text: "$ ", style: "dim" },
      { text: `mcpzip ${command}`, style: "bold" },
    ],
    ...printed.trimEnd().split("\n").map(spansOf),
  ];
}

async function runCommand({ executable, home }: Place, command: string): Promise<string> {
  const child = Bun.spawn([executable, command], {
    env: { PATH: process.env.PATH, HOME: home, COLUMNS: String(COLUMNS), FORCE_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [printed, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`mcpzip ${command} failed\n${printed}${errors}`);
  return printed;
}

async function showCall(host: Host, name: string, args: Record<string, unknown>): Promise<Line[]> {
  const result = await host.call(name, args);
  const called = wrapped(`${name} ${JSON.stringify(args)}`, COLUMNS - 2).map((text, index) => [
    { text: index === 0 ? "▸ " : "  ", style: "green" } as const,
    { text, style: "bold" } as const,
  ]);
  const answered = textOf(result)
    .split("\n")
    .flatMap((line) => wrapped(line, COLUMNS - 2))
    .map((text) => (text === "" ? [] : [{ text: `  ${text}` }]));
  return [...called, ...answered];
}

function textOf({ content, isError }: CallToolResult): string {
  const texts = content.map((block) => (block.type === "text" ? block.text : undefined));
  if (isError === true || texts.includes(undefined))
    throw new Error(`not an answer for a picture: ${JSON.stringify(content)}`);
  return texts.join("\n");
}
