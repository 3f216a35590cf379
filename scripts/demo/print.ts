const WIDTH = 100;
const MAX_LINES = 6;

/** Prints numbered steps with the time each took. */
export class Steps {
  #count = 0;
  readonly #startedAt = performance.now();

  heading(text: string): void {
    console.log(`\n── ${text} ${"─".repeat(Math.max(0, WIDTH - text.length - 4))}`);
  }

  /** Runs one step and prints what came of it; `show` picks the lines worth reading. */
  async run<T>(title: string, act: () => Promise<T>, show: (outcome: T) => string): Promise<T> {
    const startedAt = performance.now();
    const outcome = await act();
    const took = `${(performance.now() - startedAt).toFixed(1)} ms`;
    this.#count++;
    const label = clipped(`${String(this.#count).padStart(2)}. ${title}`, WIDTH - 12);
    console.log(`\n${label.padEnd(WIDTH - 12)}${took.padStart(12)}`);
    console.log(indented(show(outcome)));
    return outcome;
  }

  done(): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    console.log(`\n${this.#count} steps in ${seconds} s, all as expected.`);
  }
}

function indented(text: string): string {
  const lines = text.split("\n");
  const shown = lines.slice(0, MAX_LINES).map((line) => `    ${clipped(line, WIDTH - 4)}`);
  if (lines.length > MAX_LINES) shown.push(`    … ${lines.length - MAX_LINES} more lines`);
  return shown.join("\n");
}

function clipped(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
