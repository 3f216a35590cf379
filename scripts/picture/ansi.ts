/** How a terminal shows a piece of text; nothing for the plain one. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

export interface Span {
  readonly text: string;
  readonly style?: Style;
}

export type Line = readonly Span[];

/** The escape sequences that mcpzip prints (src/cli/style.ts), by their number. */
const STYLES: Readonly<Record<string, Style | undefined>> = {
  1: "bold",
  2: "dim",
  31: "red",
  32: "green",
  33: "yellow",
  36: "cyan",
  22: undefined,
  39: undefined,
};

/** Cuts a printed line at its escape sequences. Throws for one that the picture could not show. */
export function spansOf(line: string): Line {
  const spans: Span[] = [];
  let style: Style | undefined;
  // oxlint-disable-next-line no-control-regex
  for (const [part, number] of line.matchAll(/\u001b\[(\d+)m|[^\u001b]+|\u001b/g)) {
    if (number === undefined) spans.push(spanOf(part, style));
    else if (number in STYLES) style = STYLES[number];
    else throw new Error(`the picture knows no style ${number}`);
  }
  return spans;
}

function spanOf(text: string, style: Style | undefined): Span {
  if (text === "\u001b") throw new Error("the picture knows no such escape sequence");
  return style === undefined ? { text } : { text, style };
}

/** Breaks a text at spaces; a word that is longer than a line stays whole. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last === undefined || longer.length > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
