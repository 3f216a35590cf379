import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { within } from "../fixtures/poll.ts";

const MAIN = join(import.meta.dir, "../../src/main.ts");
/** For `$BROWSER`. */
const BROWSER = `${process.execPath} ${join(import.meta.dir, "browser.ts")}`;
const DEADLINE_MS = 20_000;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user's home, in which mcpzip is run as a process of its own. */
export class CliHome implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), "mcpzip-cli-"));
  readonly configFile = join(this.path, "mine.json");
  readonly authFolder = join(this.path, ".config/compressed-mcp-proxy/auth");
  readonly #running: CliProcess[] = [];

  async configure(mcpServers: Readonly<Record<string, unknown>>, settings = {}): Promise<void> {
    await Bun.write(this.configFile, JSON.stringify({ mcpServers, ...settings }));
  }

  /** Starts `mcpzip … --config FILE`. Without a browser it is on a machine where none can be opened. */
  start(words: readonly string[], options: { readonly hasBrowser?: boolean } = {}): CliProcess {
    const end = words.indexOf("--");
    const at = end === -1 ? words.length : end;
    const started = new CliProcess(
      words.toSpliced(at, 0, "--config", this.configFile),
      this.#env({ ...(options.hasBrowser === true && { BROWSER }) }),
    );
    this.#running.push(started);
    return started;
  }

  /** Runs it to its end. */
  run(words: readonly string[], options: { readonly hasBrowser?: boolean } = {}): Promise<Ended> {
    return this.start(words, options).ended;
  }

  /** Runs it with these words alone, in this home. */
  runBare(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const started = new CliProcess(words, this.#env(env));
    this.#running.push(started);
    return started.ended;
  }

  /** What it shows on a terminal, in colours or not. */
  async runInTerminal(
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    let shown = "";
    const decoder = new TextDecoder();
    const spawned = Bun.spawn([process.execPath, MAIN, ...words], {
      env: this.#env(env),
      terminal: {
        cols: 100,
        rows: 30,
        data: (_, bytes) => void (shown += decoder.decode(bytes, { stream: true })),
      },
    });
    await within(spawned.exited, DEADLINE_MS);
    spawned.terminal?.close();
    return shown;
  }

  #env(extra: Readonly<Record<string, string>>): Record<string, string> {
    return { PATH: process.env.PATH ?? "", HOME: this.path, ...extra };
  }

  /** The one file of tokens, by its text. */
  tokenFile(): string | undefined {
    const [name] = this.tokenFiles();
    return name === undefined ? undefined : readFileSync(join(this.authFolder, name), "utf8");
  }

  tokenFiles(): string[] {
    try {
      return readdirSync(this.authFolder).filter((name) => /^[0-9a-f]{32}\.json$/.test(name));
    } catch {
      // Nobody has signed in.
      return [];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running.map((each) => each.end()));
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** One run of mcpzip, with what it has printed so far. */
export class CliProcess {
  readonly #process: ReturnType<typeof spawnMain>;
  readonly #texts = { stdout: "", stderr: "" };
  readonly #watchers = new Set<() => void>();
  readonly ended: Promise<Ended>;

  constructor(words: readonly string[], env: Readonly<Record<string, string>>) {
    this.#process = spawnMain(words, env);
    const { stdout, stderr, exited } = this.#process;
    const read = [this.#collect("stdout", stdout), this.#collect("stderr", stderr)];
    this.ended = within(
      Promise.all(read).then(async () => ({ code: await exited, ...this.#texts })),
      DEADLINE_MS,
    );
  }

  /** What the pattern's first group finds on stderr, as soon as it is there. */
  async said(pattern: RegExp): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const look = () => {
      const found = pattern.exec(this.#texts.stderr);
      if (found !== null) resolve(found[1] ?? found[0]);
    };
    this.#watchers.add(look);
    look();
    return within(promise, DEADLINE_MS);
  }

  /** The page to sign in on. */
  async pageUrl(): Promise<URL> {
    return new URL(await this.said(/^ {2}(http:\S+response_type=code\S+)$/m));
  }

  type(line: string): void {
    this.#process.stdin.write(`${line}\n`);
    void this.#process.stdin.flush();
  }

  endInput(): void {
    void this.#process.stdin.end();
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  async end(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }

  async #collect(name: "stdout" | "stderr", stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.#texts[name] += decoder.decode(chunk, { stream: true });
      for (const look of this.#watchers) look();
    }
  }
}

function spawnMain(words: readonly string[], env: Readonly<Record<string, string>>) {
  return Bun.spawn([process.execPath, MAIN, ...words], {
    env,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
}
