const NEWLINE = Buffer.from("\n");

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
    void this.#attempt(async () => {
      // A large write to a broken pipe rejects by itself; a small one only when it is flushed.
      const writes = [...frame, NEWLINE].map((part) => this.#sink.write(part));
      await Promise.all([...writes, this.#sink.flush()]);
    });
  }

  /** Resolves when everything written has left this process. */
  async end(): Promise<void> {
    if (this.#isBroken) return;
    await this.#attempt(async () => {
      await this.#sink.flush();
      await this.#sink.end();
    });
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (this.#isBroken) return;
      this.#isBroken = true;
      this.#onBroken(error);
    }
  }
}
