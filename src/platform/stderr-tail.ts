import type { ReadableStreamDefaultReader } from "node:stream/web";

const MAX_LINE_LENGTH = 4_096;
const TAIL_LINES = 10;
const TAIL_LENGTH = 2_048;

/** Reads a child's stderr by lines as long as it is open, and remembers the last ones. */
export class StderrTail {
  /** Settles when the stream has ended or was closed. */
  readonly finished: Promise<void>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #onLine: (line: string) => void;
  readonly #lastLines: string[] = [];
  #unfinished = "";

  constructor(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void) {
    this.#reader = stream.getReader();
    this.#onLine = onLine;
    this.finished = this.#read();
  }

  /** The last ten lines that say something, at most 2,048 characters, without colours. */
  text(): string {
    return Bun.stripANSI(this.#lastLines.join("\n")).slice(-TAIL_LENGTH);
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) break;
      this.#take(decoder.decode(value, { stream: true }));
    }
    this.#take(decoder.decode());
    if (this.#unfinished !== "") this.#tell(this.#unfinished);
  }

  #take(text: string): void {
    const lines = (this.#unfinished + text).split("\n");
    // One character more than fits: enough to see that the line is to be cut.
    this.#unfinished = lines.pop()?.slice(0, MAX_LINE_LENGTH + 1) ?? "";
    for (const line of lines) this.#tell(line.replace(/\r$/, ""));
  }

  #tell(whole: string): void {
    const line = whole.length > MAX_LINE_LENGTH ? `${whole.slice(0, MAX_LINE_LENGTH)}…` : whole;
    if (line.trim() !== "") this.#lastLines.push(line);
    if (this.#lastLines.length > TAIL_LINES) this.#lastLines.shift();
    this.#onLine(line);
  }
}
