import { afterAll } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { McpzipError } from "../../src/core/error.ts";
import type { Env, ServerConfig } from "../../src/config/config.ts";
import { type LoadedConfig, loadConfig } from "../../src/config/load.ts";

/** A folder of its own for the test file that calls this, gone when it has run. */
export async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "mcpzip-config-"));
  afterAll(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const dir = await tempDir();
let count = 0;

/** Writes the text to a new file and gives its path. */
export async function writeConfig(text: string | Uint8Array): Promise<string> {
  count += 1;
  const path = join(dir, `config-${count}.json`);
  await Bun.write(path, text);
  return path;
}

/** Loads a config given as text, or as a value that becomes indented JSON. */
export async function load(config: unknown, env: Env = {}): Promise<LoadedConfig> {
  const text = typeof config === "string" ? config : JSON.stringify(config, null, 2);
  return loadConfig(await writeConfig(text), env);
}

/** The only server of a config with this entry. */
export async function loadServer(entry: unknown, env: Env = {}): Promise<ServerConfig> {
  const { config } = await load({ mcpServers: { it: entry } }, env);
  const fault = config.faults.get("it");
  if (fault !== undefined) throw fault;
  const server = config.servers.get("it");
  if (server === undefined) throw new Error("neither a server nor a fault");
  return server;
}

/** The fault of the only server of a config with this entry. */
export async function serverFault(entry: unknown, env: Env = {}): Promise<McpzipError> {
  return caught(loadServer(entry, env));
}

/** The error that loading this config throws. */
export async function loadError(config: unknown, env: Env = {}): Promise<McpzipError> {
  return caught(load(config, env));
}

/** `config.json:3:5: …` in place of the temporary path. */
export function withoutPath(text: string | undefined): string {
  return (text ?? "").replaceAll(/\S*config-\d+\.json/g, "config.json");
}

async function caught(promise: Promise<unknown>): Promise<McpzipError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof McpzipError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
