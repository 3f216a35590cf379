import type { Subprocess } from "bun";

/** A program to start, as a host would. */
export interface Target {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const NEWLINE = 0x0a;
/** A longer answer is not parsed: that would time our parser. */
const MAX_PARSED_BYTES = 256 * 1024;
const LEAVE_MS = 3000;
const ANSWER_MS = 60_000;

const running = new Set<Subprocess>();

/** A host's side of a stdio server, with nothing in it that costs time but the pipes themselves. */
export class RawClient {
  readonly pid: number;
  /** Bun.nanoseconds() right before the spawn. */
  readonly startedAt: number;
  readonly #child: Subprocess<"pipe", "pipe", "pipe">;
  readonly #stderr: Promise<string>;
  #nextId = 1;
  #pending: { resolve(line: Buffer): void; reject(error: Error): void } | undefined;

  constructor({ command, env }: Target) {
    this.startedAt = Bun.nanoseconds();
    this.#child = Bun.spawn([...command], { env, stdio: ["pipe", "pipe", "pipe"] });
    this.pid = this.#child.pid;
    running.add(this.#child);
    this.#stderr = new Response(this.#child.stderr).text();
    void this.#read();
  }

  /** Sends a request and resolves with its answer's line; one at a time. Rejects when the program is gone. */
  async request(method: string, params: object = {}): Promise<Buffer> {
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    this.#pending = { resolve, reject };
    this.#send({ jsonrpc: "2.0", id, method, params });
    const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), ANSWER_MS);
    const line = await promise;
    clearTimeout(timer);
    if (line.length > MAX_PARSED_BYTES) return line;
    const answer: unknown = JSON.parse(line.toString());
    if (typeof answer === "object" && answer !== null && "result" in answer) return line;
    throw new Error(`${method}: ${line.toString()}`);
  }

  notify(method: string): void {
    this.#send({ jsonrpc: "2.0", method });
  }

  /** The handshake of a host; the time of the next request counts from here or from `startedAt`. */
  async initialize(): Promise<void> {
    const clientInfo = { name: "bench", version: "1.0.0" };
    await this.request("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo,
    });
  }

  millisecondsSinceStart(): number {
    return (Bun.nanoseconds() - this.startedAt) / 1e6;
  }

  /** Closes stdin, as hosts do, and waits until the program has left. */
  async close(): Promise<void> {
    this.#pending = undefined;
    await this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), LEAVE_MS);
    await this.#child.exited;
    clearTimeout(timer);
    running.delete(this.#child);
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    void this.#child.stdin.flush();
  }

  async #read(): Promise<void> {
    let chunks: Uint8Array[] = [];
    for await (const chunk of this.#child.stdout) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        chunks.push(chunk.subarray(start, end));
        this.#receive(chunks);
        chunks = [];
        start = end + 1;
      }
      if (start < chunk.length) chunks.push(chunk.subarray(start));
    }
    await this.#child.exited;
    const lastWords = (await this.#stderr).slice(-500);
    this.#pending?.reject(new Error(`the program left (${this.#child.exitCode}): ${lastWords}`));
  }

  #receive(chunks: readonly Uint8Array[]): void {
    const line = Buffer.concat(chunks);
    // Notifications and the program's own requests are nothing that is being timed.
    if (line.subarray(0, 60).includes('"method":')) return;
    this.#pending?.resolve(line);
  }
}

/** Starts a client, runs `use`, and ends the program whatever happened. */
export async function withClient<T>(
  target: Target,
  use: (client: RawClient) => Promise<T>,
): Promise<T> {
  const client = new RawClient(target);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** Milliseconds from spawn to exit of a program that ends by itself. */
export async function timeToExit({ command, env }: Target): Promise<number> {
  const startedAt = Bun.nanoseconds();
  await Bun.spawn([...command], { env, stdio: ["ignore", "pipe", "ignore"] }).exited;
  return (Bun.nanoseconds() - startedAt) / 1e6;
}

/** Leaves no program behind, however the run ended. */
export function killRunning(): void {
  for (const child of running) child.kill("SIGKILL");
}
