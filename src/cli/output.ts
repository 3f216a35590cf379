import type { Env } from "../config/config.ts";

/** The command line's two streams; `serve` leaves stdout to the protocol. */
export interface Output {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

/** Colours are kept for a terminal only, and dropped when NO_COLOR is set (no-color.org). */
export function createOutput(env: Env): Output {
  // console rather than process.stdout, which costs 8 ms of start-up and may lose text on exit.
  return {
    print: (text) => console.log(isPlain(1, env) ? Bun.stripANSI(text) : text),
    printError: (text) => console.error(isPlain(2, env) ? Bun.stripANSI(text) : text),
  };
}

function isPlain(descriptor: 1 | 2, env: Env): boolean {
  if ((env.NO_COLOR ?? "") !== "") return true;
  const { isatty } = process.getBuiltinModule("node:tty");
  return !isatty(descriptor);
}
