import { McpzipError, toMcpzipError } from "../core/error.ts";
import { FileWatch } from "../platform/file-watch.ts";
import type { Log } from "../platform/log.ts";
import type { Config } from "./config.ts";
import type { LoadedConfig } from "./load.ts";
import { serverChanges, type ServerChanges } from "./server-changes.ts";

/** The configuration as it is now: whoever keeps a part of it keeps an old one. */
export interface CurrentConfig {
  readonly current: Config;
  /** Why the file as it is now cannot be used; `current` is then what it was before. */
  readonly fault: McpzipError | undefined;
}

export interface LiveConfigOptions {
  readonly loaded: LoadedConfig;
  /** Reads the file anew. */
  readonly load: () => Promise<LoadedConfig>;
  /** `current` is another than `before` now. */
  readonly onChange: (before: Config) => void;
  readonly log: Log;
}

/** What is wrong now may be a file half written, or gone for a moment: it is read again after this long. */
const SECOND_LOOK_MS = 400;

/** A config that follows its file. An edit that cannot be used leaves it as it was, and is told of. */
export class LiveConfig implements CurrentConfig {
  readonly #options: LiveConfigOptions;
  readonly #watch: FileWatch;
  #current: Config;
  #fault: McpzipError | undefined;
  #isReloading = false;
  /** The file has changed since it was last read. */
  #isOutdated = false;
  #isStopped = false;

  constructor(options: LiveConfigOptions) {
    this.#options = options;
    const { config, stamp } = options.loaded;
    this.#current = config;
    this.#watch = new FileWatch(config.path, {
      stamp,
      onChange: () => void this.#follow(),
      log: options.log,
    });
  }

  get current(): Config {
    return this.#current;
  }

  get fault(): McpzipError | undefined {
    return this.#fault;
  }

  /** Begins to follow the file; what has changed since it was loaded counts, too. */
  watch(): void {
    if (!this.#isStopped) this.#watch.start();
  }

  /** For a call that comes in: finds what no event has told of. Costs microseconds, once a second. */
  glance(): void {
    this.#watch.glance();
  }

  stop(): void {
    this.#isStopped = true;
    this.#watch.stop();
  }

  /** One reading at a time, until the file has stood still meanwhile. */
  async #follow(): Promise<void> {
    this.#isOutdated = true;
    if (this.#isReloading) return;
    this.#isReloading = true;
    while (this.#isOutdated && !this.#isStopped) {
      this.#isOutdated = false;
      await this.#reload();
    }
    this.#isReloading = false;
  }

  async #reload(): Promise<void> {
    let loaded = await this.#load();
    if (loaded instanceof McpzipError) {
      await Bun.sleep(SECOND_LOOK_MS);
      loaded = await this.#load();
    }
    if (this.#isOutdated || this.#isStopped) return;
    if (loaded instanceof McpzipError) this.#reject(loaded);
    else this.#replace(loaded.config);
  }

  async #load(): Promise<LoadedConfig | McpzipError> {
    try {
      return await this.#options.load();
    } catch (error) {
      return toMcpzipError(error, "INTERNAL");
    }
  }

  #reject(fault: McpzipError): void {
    this.#fault = fault;
    this.#options.log.warn(`config: not reloaded: ${firstLine(fault.message)} (${fault.code})`);
  }

  #replace(config: Config): void {
    const before = this.#current;
    this.#fault = undefined;
    this.#current = config;
    this.#options.log.info(`config: reloaded: ${describeChanges(serverChanges(before, config))}`);
    this.#options.onChange(before);
  }
}

function describeChanges({ added, changed, removed }: ServerChanges): string {
  const parts = Object.entries({ added, changed, removed })
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what} ${names.join(", ")}`);
  return parts.length === 0 ? "the servers are the same" : parts.join("; ");
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
