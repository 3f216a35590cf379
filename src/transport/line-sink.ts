const NEWLINE = Buffer.from("\n");
/** Up to here a frame is copied into one write: each write of a few bytes costs system calls of its own. */
const JOINED_BYTES = 64 * 1024;

/** What a pipe to write to must do; Bun's FileSink does. */
export interface ByteSink {
  write(bytes: Uint8Array): unknown;
  flush(): unknown;
  end(): unknown;
}

/** Writes frames as lines to a pipe. A broken pipe is told once, to `onBroken`; later frames go nowhere. */
export class LineSink {
  readonly #sink: ByteSink;
  readonly #onBroken: (error: unknown) => void;
  #isBroken = false;

  constructor(sink: ByteSink, onBroken: (error: unknown) => void) {
    this.#sink = sink;
    this.#onBroken = onBroken;
  }

  write(frame: readonly Buffer[]): void {
    if (this.#isBroken) return;
    try {
      // A large write to a broken pipe rejects by itself; a small one only when it is flushed.
      for (const part of writesOf(frame)) this.#watch(this.#sink.write(part));
      this.#watch(this.#sink.flush());
    } catch (error) {
      this.#break(error);
    }
  }

  /** Resolves when everything written has left this process. */
  async end(): Promise<void> {
    if (this.#isBroken) return;
    try {
      await this.#sink.flush();
      await this.#sink.end();
    } catch (error) {
      this.#break(error);
    }
  }

  #watch(outcome: unknown): void {
    if (outcome instanceof Promise) outcome.catch((error: unknown) => this.#break(error));
  }

  #break(error: unknown): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#onBroken(error);
  }
}

function writesOf(frame: readonly Buffer[]): readonly Buffer[] {
  const parts = [...frame, NEWLINE];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return length <= JOINED_BYTES ? [Buffer.concat(parts, length)] : parts;
}
