import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { killNow, processesWith, type RunningProcess } from "./processes.ts";
import { until } from "./until.ts";

/** How long processes may take to go after their host has. */
const LEAVE_MS = 8000;

export interface SandboxConfig {
  readonly mcpServers: Readonly<Record<string, unknown>>;
  readonly [setting: string]: unknown;
}

/** One test's own home, configuration and processes. Its end is a test too: nothing may be left running. */
export class Sandbox implements AsyncDisposable {
  readonly home = realpathSync(mkdtempSync(join(tmpdir(), "mcpzip-e2e-")));
  readonly cache = join(this.home, ".config/compressed-mcp-proxy/cache");
  readonly catalogFile = join(this.cache, "catalog.db");
  readonly searchIndexFile = join(this.cache, "search-index.db");
  readonly configFile = join(this.home, ".config/compressed-mcp-proxy/config.json");
  readonly #marker = `MCPZIP_E2E=${crypto.randomUUID()}`;
  readonly #owned: AsyncDisposable[] = [];

  /** A config is written as JSON, a text as it stands. */
  constructor(config?: SandboxConfig | string) {
    if (config !== undefined) this.configure(config);
  }

  configure(config: SandboxConfig | string): void {
    this.write(this.configFile, typeof config === "string" ? config : JSON.stringify(config));
  }

  /** Writes a file, by its path in the home; returns its whole path. */
  write(path: string, content: string): string {
    const file = path.startsWith(this.home) ? path : this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  path(name: string): string {
    return join(this.home, name);
  }

  /** The whole environment of the processes of this test. */
  env(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    const [name = "", value = ""] = this.#marker.split("=");
    return { PATH: process.env.PATH ?? "", HOME: this.home, [name]: value, ...extra };
  }

  /** What is owned is ended with the sandbox, the last first. */
  own<T extends AsyncDisposable>(resource: T): T {
    this.#owned.push(resource);
    return resource;
  }

  /** All that was started for this test and still runs, but for those pids. */
  processes(...except: readonly number[]): RunningProcess[] {
    return processesWith(this.#marker).filter(({ pid }) => !except.includes(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#owned.toReversed()) await resource[Symbol.asyncDispose]();
    const isEmpty = () => this.processes().length === 0;
    try {
      await until("every process has ended with its host", isEmpty, LEAVE_MS);
    } catch (error) {
      const left = this.processes();
      for (const { pid } of left) killNow(pid);
      const commands = left.map(({ pid, command }) => `${pid} ${command}`).join("\n");
      throw new Error(`left running:\n${commands}`, { cause: error });
    } finally {
      rmSync(this.home, { recursive: true, force: true });
    }
  }
}
