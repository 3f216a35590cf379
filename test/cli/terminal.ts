import { join } from "node:path";
import { until, within } from "../fixtures/poll.ts";

const MAIN = join(import.meta.dir, "../../src/main.ts");
const DEADLINE_MS = 20_000;

export const KEY = { enter: "\r", down: "\u001b[B", up: "\u001b[A", space: " ", ctrlC: "\u0003" };

/** mcpzip on a pseudo-terminal, and somebody at its keyboard. */
export class Terminal implements AsyncDisposable {
  #text = "";
  #seen = 0;
  readonly #process: ReturnType<typeof Bun.spawn>;

  constructor(words: readonly string[], env: Readonly<Record<string, string>>) {
    const decoder = new TextDecoder();
    this.#process = Bun.spawn([process.execPath, MAIN, ...words], {
      env: { PATH: process.env.PATH ?? "", TERM: "xterm-256color", ...env },
      terminal: {
        cols: 200,
        rows: 50,
        data: (_, bytes) => void (this.#text += decoder.decode(bytes, { stream: true })),
      },
    });
  }

  /** All that was shown, without colours and cursor moves. */
  get text(): string {
    return Bun.stripANSI(this.#text);
  }

  /** Waits until it shows that, after what was shown when it was last waited for. */
  async shows(part: string): Promise<void> {
    try {
      await until(() => this.text.includes(part, this.#seen), DEADLINE_MS);
    } catch {
      throw new Error(`"${part}" was not shown, but:\n${this.text.slice(this.#seen)}`);
    }
    this.#seen = this.text.indexOf(part, this.#seen) + part.length;
  }

  type(...keys: readonly string[]): void {
    for (const key of keys) this.#process.terminal?.write(key);
  }

  /** Waits for a question, then answers it. */
  async answer(question: string, ...keys: readonly string[]): Promise<void> {
    await this.shows(question);
    this.type(...keys);
  }

  exitCode(): Promise<number> {
    return within(this.#process.exited, DEADLINE_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
    this.#process.terminal?.close();
  }
}
