import { maskSecrets } from "./mask-secrets.ts";

/** A minified file is one line: of a longer one only the part round the caret is shown. */
const MAX_WIDTH = 100;

/** The line at `offset` with the one before and the one after, line numbers, and a caret. */
export function createFrame(text: string, offset: number): string {
  const mask = maskSecrets(text);
  const lines = linesOf(text);
  const current = lines.findLastIndex(({ start }) => start <= offset);
  const { start, end } = lines[current] ?? { start: 0, end: text.length };
  // Masked in two halves, so that the caret never falls inside a mask.
  const beforeCaret = mask(start, offset);
  const line = beforeCaret + mask(offset, end);
  const cut = line.length > MAX_WIDTH ? Math.max(0, beforeCaret.length - MAX_WIDTH / 2) : 0;
  const width = String(current + 2).length;

  const neighbour = (index: number) => {
    const span = lines[index];
    if (span === undefined) return [];
    const number = String(index + 1).padStart(width);
    return [`  ${number} | ${windowOf(mask(span.start, span.end), cut)}`];
  };
  const frame = [
    ...neighbour(current - 1),
    `> ${String(current + 1).padStart(width)} | ${windowOf(line, cut)}`,
    `  ${" ".repeat(width)} | ${blank(windowOf(beforeCaret, cut))}^`,
    ...neighbour(current + 1),
  ];
  return frame.map((row) => row.trimEnd()).join("\n");
}

function linesOf(text: string): { start: number; end: number }[] {
  let start = 0;
  return text.split("\n").map((line) => {
    const span = { start, end: start + line.length };
    start = span.end + 1;
    return span;
  });
}

/** Control characters go, among them the \r of a Windows line end. */
function windowOf(line: string, cut: number): string {
  return line.slice(cut, cut + MAX_WIDTH).replace(/(?!\t)\p{Cc}/gu, "");
}

/** White space as wide as the text; a tab stays one, since its width is the terminal's business. */
function blank(text: string): string {
  return text.replace(/[^\t]+/g, (run) => " ".repeat(Bun.stringWidth(run)));
}
