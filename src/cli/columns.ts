/** Wide enough for a sentence, narrow enough for half a screen. */
const WIDTH = 88;

/** Rows of words and their meanings: aligned, and the meanings wrapped under one another. */
export function definitionList(
  rows: readonly (readonly [term: string, meaning: string])[],
): string[] {
  const width = Math.max(0, ...rows.map(([term]) => Bun.stringWidth(term)));
  return rows.flatMap(([term, meaning]) => {
    const [first = "", ...others] = wrap(meaning, WIDTH - width - 4);
    const head = `  ${padded(term, width)}  ${first}`.trimEnd();
    return [head, ...others.map((line) => " ".repeat(width + 4) + line)];
  });
}

/** A table under its headings; each column as wide as its widest cell. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((heading, at) =>
    Math.max(
      ...[heading, ...rows.map((row) => row[at] ?? "")].map((cell) => Bun.stringWidth(cell)),
    ),
  );
  return [headings, ...rows].map((cells) =>
    cells
      .map((cell, at) => padded(cell, widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Counts what the terminal shows: an escape sequence takes no room, a Chinese character two columns. */
function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
}

/** Lines no wider than that, unless a word is. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && Bun.stringWidth(line) + 1 + Bun.stringWidth(word) > width) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}
