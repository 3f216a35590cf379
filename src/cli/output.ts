import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import type { Env } from "../config/config.ts";

/** The command line's two streams; `serve` leaves stdout to the protocol. */
export interface Output {
  print(text: string): void;
  printError(text: string): void;
}

/** Colours are kept for a terminal only, and dropped when NO_COLOR is set (no-color.org). */
export function createTerminal(env: Env): Output {
  const isPlain = (env.NO_COLOR ?? "") !== "";
  const paint = (descriptor: 1 | 2, text: string) =>
    isPlain || !isatty(descriptor) ? Bun.stripANSI(text) : text;
  return {
    print: (text) => write(1, `${paint(1, text)}\n`),
    printError: (text) => write(2, `${paint(2, text)}\n`),
  };
}

// writeSync rather than process.stdout, which costs 8 ms of start-up and may lose text on exit.
export function write(descriptor: 1 | 2, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // Nobody reads any more, and there is nobody else to tell.
  }
}
