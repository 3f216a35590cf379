const NEWLINE = Buffer.from("\n");
/** Up to here a frame is copied into one write: each write of a few bytes costs system calls of its own. */
const JOINED_BYTES = 64 * 1024;
/** What a pipe does not take at once Bun copies; piece by piece, a frame of 50 MB is not copied. */
const PIECE_BYTES = 1024 * 1024;

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
  /** Settled when the large frames under way are written, and what came after them. */
  #backlog: Promise<void> | undefined;

  constructor(sink: ByteSink, onBroken: (error: unknown) => void) {
    this.#sink = sink;
    this.#onBroken = onBroken;
  }

  write(frame: readonly Buffer[]): void {
    if (this.#isBroken) return;
    const parts = [...frame, NEWLINE];
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const isLarge = length > JOINED_BYTES;
    if (isLarge || this.#backlog !== undefined) this.#enqueue(parts);
    else this.#writeNow(Buffer.concat(parts, length));
  }

  /** Resolves when everything written has left this process. */
  async end(): Promise<void> {
    await this.#backlog;
    if (this.#isBroken) return;
    try {
      await this.#sink.flush();
      await this.#sink.end();
    } catch (error) {
      this.#break(error);
    }
  }

  #writeNow(line: Buffer): void {
    try {
      // A large write to a broken pipe rejects by itself; a small one only when it is flushed.
      this.#watch(this.#sink.write(line));
      this.#watch(this.#sink.flush());
    } catch (error) {
      this.#break(error);
    }
  }

  #enqueue(parts: readonly Buffer[]): void {
    const before = this.#backlog ?? Promise.resolve();
    const written = before.then(() => this.#writePieces(parts));
    this.#backlog = written;
    void written.then(() => {
      if (this.#backlog === written) this.#backlog = undefined;
    });
  }

  async #writePieces(parts: readonly Buffer[]): Promise<void> {
    try {
      for (const piece of piecesOf(parts)) {
        if (this.#isBroken) return;
        await this.#sink.write(piece);
      }
      await this.#sink.flush();
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

function* piecesOf(parts: readonly Buffer[]): Generator<Buffer> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE_BYTES) yield part.subarray(at, at + PIECE_BYTES);
  }
}
