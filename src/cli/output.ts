import type { Env } from "../config/config.ts";
import { printable } from "../core/printable.ts";

/** The command line's two streams; `serve` leaves stdout to the protocol. */
export interface Output {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** What a server said: harmless on a terminal, and to a file or a program just as it came. */
  readonly printForeign: (text: string) => void;
}

const DEFAULT_WIDTH = 80;

/** Colours are kept for a terminal only; NO_COLOR takes them away (no-color.org), FORCE_COLOR keeps them. */
export function createOutput(env: Env): Output {
  // console rather than process.stdout, which costs 8 ms of start-up and may lose text on exit.
  return {
    print: (text) => console.log(hasColour(1, env) ? text : Bun.stripANSI(text)),
    // Not console.error, which paints a terminal red.
    printError: (text) => console.warn(hasColour(2, env) ? text : Bun.stripANSI(text)),
    printForeign: (text) => console.log(isTerminal(1) ? printable(text) : text),
  };
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
