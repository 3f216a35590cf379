import type { Env } from "../config/config.ts";
import { isSystemError } from "../core/error.ts";
import { printable } from "../core/printable.ts";

/** The command line's two streams; `serve` leaves stdout to the protocol. */
export interface Output {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** What a server said: harmless on a terminal, and to a file or a program just as it came. */
  readonly printForeign: (text: string) => void;
  /** Why not all of it has been printed. A reader that wanted no more, such as `head`, is no reason. */
  readonly failure: () => Error | undefined;
}

const DEFAULT_WIDTH = 80;
const FULL_PIPE_PAUSE_MS = 5;

/** Colours are kept for a terminal only; NO_COLOR takes them away (no-color.org), FORCE_COLOR keeps them. */
export function createOutput(env: Env): Output {
  const stdout = new Stdout();
  return {
    print: (text) => stdout.print(hasColour(1, env) ? text : Bun.stripANSI(text)),
    // Not console.error, which paints a terminal red.
    printError: (text) => console.warn(hasColour(2, env) ? text : Bun.stripANSI(text)),
    printForeign: (text) => stdout.print(isTerminal(1) ? printable(text) : text),
    failure: () => stdout.failure,
  };
}

/**
 * A failed write ends what is printed and nothing else: a command that changes things must not stop halfway
 * because of a full disk that its words were to go to.
 */
class Stdout {
  #error: unknown;

  get failure(): Error | undefined {
    const error = this.#error;
    return error instanceof Error && !isSystemError(error, "EPIPE") ? error : undefined;
  }

  print(text: string): void {
    if (this.#error !== undefined) return;
    // console rather than process.stdout, which costs 8 ms of start-up and may lose text on exit. But it
    // does not tell of a failure, which a terminal has none of.
    if (isTerminal(1)) return console.log(text);
    try {
      writeWhole(Buffer.from(`${text}\n`));
    } catch (error) {
      this.#error = error;
    }
  }
}

function writeWhole(bytes: Buffer): void {
  const { writeSync } = process.getBuiltinModule("node:fs");
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      // Another process has made the pipe that we share non-blocking, and it is full.
      if (!isSystemError(error, "EAGAIN")) throw error;
      Bun.sleepSync(FULL_PIPE_PAUSE_MS);
    }
  }
}

/** Whether what is printed there may hold escape sequences. */
export function hasColour(descriptor: 1 | 2, { NO_COLOR, FORCE_COLOR, TERM }: Env): boolean {
  if ((NO_COLOR ?? "") !== "") return false;
  if ((FORCE_COLOR ?? "") !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return TERM !== "dumb" && isTerminal(descriptor);
}

/** How many columns stdout has; 80 where it is no terminal. */
export function terminalWidth({ COLUMNS }: Env): number {
  const { WriteStream } = process.getBuiltinModule("node:tty");
  const width = Number(COLUMNS) || (isTerminal(1) ? new WriteStream(1).columns : 0);
  return width > 0 ? width : DEFAULT_WIDTH;
}

/** 0 is stdin, 1 stdout, 2 stderr. */
export function isTerminal(descriptor: 0 | 1 | 2): boolean {
  const { isatty } = process.getBuiltinModule("node:tty");
  return isatty(descriptor);
}
