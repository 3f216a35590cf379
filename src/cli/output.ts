import { writeSync } from "node:fs";

/** The command line's two streams; `serve` leaves stdout to the protocol. */
export interface Output {
  print(text: string): void;
  printError(text: string): void;
}

export const terminal: Output = {
  print: (text) => write(1, `${text}\n`),
  printError: (text) => write(2, `${text}\n`),
};

// writeSync rather than process.stdout, which costs 8 ms of start-up and may lose text on exit.
export function write(descriptor: 1 | 2, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // Nobody reads any more, and there is nobody else to tell.
  }
}
