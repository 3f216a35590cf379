import type { Output } from "../output.ts";

const FRAMES = ["◒", "◐", "◓", "◑"];
const FRAME_MS = 100;

/** Up to the line before, and clear it. */
const REWRITE = "\u001b[1A\u001b[2K";

/**
 * Shows that something is under way. Our own, since the library's takes Ctrl-C for the end of the process,
 * and a server that is being tried has to be ended first. `isAnimated`: the screen takes escape sequences.
 */
export async function withSpinner<Result>(
  message: string,
  work: () => Promise<Result>,
  { output, isAnimated }: { output: Output; isAnimated: boolean },
): Promise<Result> {
  const line = (frame: string) => `${frame}  ${message}…`;
  output.print(line(FRAMES[0] ?? ""));
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
    if (isAnimated) output.print(REWRITE + line(FRAMES[count % FRAMES.length] ?? ""));
  }, FRAME_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (isAnimated) output.print(`${REWRITE}\u001b[1A`);
  }
}
