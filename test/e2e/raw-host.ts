import type { ReadableStreamDefaultReader } from "node:stream/web";
import type { Subprocess } from "bun";
import { BINARY } from "./binary.ts";
import { idTextOf } from "./id-text.ts";
import type { Sandbox } from "./sandbox.ts";
import { within } from "./until.ts";

export type Json = Record<string, unknown>;

export interface RawHostOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Reads nothing until `read()` is called. */
  readonly isReading?: boolean;
}

const GRACE_MS = 6000;

/** A host that writes and sees the very bytes: mcpzip with a pipe at each end. */
export class RawHost implements AsyncDisposable {
  /** Every line of stdout so far. */
  readonly lines: string[] = [];
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly #process: Subprocess<"pipe", "pipe", "pipe">;
  readonly #output: ReadableStreamDefaultReader<Uint8Array>;
  readonly #waiting = new Set<() => void>();
  readonly #peeked: Uint8Array[] = [];
  #stderr = "";
  #nextId = 1;

  constructor(sandbox: Sandbox, options: RawHostOptions = {}) {
    this.#process = Bun.spawn({
      cmd: [BINARY, ...(options.args ?? ["serve"])],
      env: sandbox.env(options.env),
      cwd: options.cwd ?? sandbox.home,
      stdio: ["pipe", "pipe", "pipe"],
      // Else Bun reads stdout before anybody asks for it.
      lazy: true,
    });
    this.#output = this.#process.stdout.getReader();
    const stderrRead = this.#readStderr();
    const outputRead = options.isReading === false ? undefined : this.read();
    this.exited = this.#process.exited.then(async () => {
      await Promise.all([stderrRead, outputRead]);
      const { exitCode, signalCode } = this.#process;
      return { code: exitCode, signal: signalCode === null ? null : String(signalCode) };
    });
    sandbox.own(this);
  }

  get pid(): number {
    return this.#process.pid;
  }

  get hasExited(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** All that was said on stderr so far. */
  get stderr(): string {
    return this.#stderr;
  }

  write(text: string): void {
    void this.writeBytes(Buffer.from(text));
  }

  /** Resolves when the bytes are in the pipe, or nobody is there to read them. */
  async writeBytes(bytes: Uint8Array): Promise<void> {
    try {
      await Promise.all([this.#process.stdin.write(bytes), this.#process.stdin.flush()]);
    } catch {
      // It has ended: whoever cares waits for `exited`.
    }
  }

  send(message: Json): void {
    this.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  /** Sends a request and resolves with the whole answer. */
  request(method: string, params?: Json): Promise<Json> {
    const id = this.#nextId++;
    this.send({ id, method, ...(params !== undefined && { params }) });
    return this.answer(id);
  }

  /** The whole answer to a request of that id, parsed. */
  async answer(id: unknown): Promise<Json> {
    const text = JSON.stringify(id);
    return JSON.parse(await this.line((line) => idTextOf(line) === text));
  }

  /** The handshake of a well-behaved host. */
  async initialize(protocolVersion = "2025-11-25"): Promise<Json> {
    const clientInfo = { name: "raw-host", version: "1.0.0" };
    const params = { protocolVersion, capabilities: {}, clientInfo };
    const { result } = await this.request("initialize", params);
    this.send({ method: "notifications/initialized" });
    return result as Json; // as: a host trusts what the tests are about to look at
  }

  /** Calls one of the three tools; gives its result. */
  async call(name: string, args: Json): Promise<Json> {
    const { result } = await this.request("tools/call", { name, arguments: args });
    return result as Json; // as: see above
  }

  execute(name: string, args: Json = {}): Promise<Json> {
    return this.call("execute_tool", { name, arguments: args });
  }

  /** The first line of stdout, past or future, that is looked for. */
  line(isWanted: (line: string) => boolean): Promise<string> {
    return this.#eventually("the line on stdout", () => this.lines.find(isWanted));
  }

  /** Resolves when stderr holds the text. */
  async says(text: string): Promise<void> {
    await this.#eventually(`"${text}" on stderr`, () => this.#stderr.includes(text) || undefined);
  }

  /** Reads stdout to its end, line by line. */
  async read(): Promise<void> {
    const decoder = new TextDecoder();
    let unfinished: string[] = [];
    for (;;) {
      const value = this.#peeked.shift() ?? (await this.#output.read()).value;
      if (value === undefined) break;
      const [first = "", ...rest] = decoder.decode(value, { stream: true }).split("\n");
      unfinished.push(first);
      for (const part of rest) {
        this.lines.push(unfinished.join(""));
        unfinished = [part];
      }
      this.#wake();
    }
    const last = unfinished.join("");
    if (last !== "") this.lines.push(last);
    this.#wake();
  }

  /** The first bytes of stdout, for a host that is not reading yet; `read()` gets them again. */
  async peek(): Promise<string> {
    const { value = new Uint8Array() } = await this.#output.read();
    this.#peeked.push(value);
    return new TextDecoder().decode(value);
  }

  /** Closes our end of its stdout, as a host does that dies while it reads. */
  closeOutput(): Promise<void> {
    return this.#output.cancel();
  }

  endInput(): void {
    void this.#process.stdin.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.endInput();
    try {
      await within("mcpzip ends with its input", this.#process.exited, GRACE_MS);
    } catch (error) {
      this.kill("SIGKILL");
      throw error;
    }
  }

  async #readStderr(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.#process.stderr) {
      this.#stderr += decoder.decode(chunk, { stream: true });
      this.#wake();
    }
  }

  #eventually<T>(what: string, look: () => T | undefined): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    const check = () => {
      const found = look();
      if (found === undefined) return;
      this.#waiting.delete(check);
      resolve(found);
    };
    this.#waiting.add(check);
    check();
    return within(what, promise);
  }

  #wake(): void {
    for (const check of this.#waiting) check();
  }
}
