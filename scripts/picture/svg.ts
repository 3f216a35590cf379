import type { Line, Span } from "./ansi.ts";

const FONT_SIZE = 14;
const COLUMN = 8.4;
const ROW = 20;
const PADDING = 20;

const COLOURS = {
  light: {
    back: "#f6f8fa",
    edge: "#d1d9e0",
    text: "#1f2328",
    dim: "#59636e",
    red: "#cf222e",
    green: "#116329",
    yellow: "#7d4e00",
    cyan: "#1b7c83",
  },
  dark: {
    back: "#161b22",
    edge: "#3d444d",
    text: "#e6edf3",
    dim: "#9198a1",
    red: "#ff7b72",
    green: "#56d364",
    yellow: "#e3b341",
    cyan: "#39c5cf",
  },
} as const;

/**
 * Lines of a terminal as an SVG that is light or dark as its reader's system is. Every piece of text is
 * told how long it is, so that columns stay straight in whatever font there is.
 */
export function renderSvg(lines: readonly Line[], title: string): string {
  const columns = Math.max(...lines.map(lengthOf));
  const width = Math.ceil(columns * COLUMN + 2 * PADDING);
  const height = lines.length * ROW + 2 * PADDING;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>
${rules("light")}
text { font: ${FONT_SIZE}px ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }
.bold { font-weight: 600; }
@media (prefers-color-scheme: dark) {
${rules("dark")}
}
</style>
<rect class="back" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${lines.flatMap(renderLine).join("\n")}
</svg>
`;
}

function rules(scheme: keyof typeof COLOURS): string {
  const { back, edge, text, ...styles } = COLOURS[scheme];
  const coloured = Object.entries(styles).map(([name, colour]) => `.${name} { fill: ${colour}; }`);
  return [`.back { fill: ${back}; stroke: ${edge}; }`, `text { fill: ${text}; }`, ...coloured].join(
    "\n",
  );
}

function renderLine(line: Line, row: number): string[] {
  const y = PADDING + row * ROW + FONT_SIZE;
  let column = 0;
  return line.flatMap((span) => {
    const start = column;
    column += columnsOf(span.text);
    return span.text.trim() === "" ? [] : [renderSpan(span, { start, y })];
  });
}

/** Without the spaces round it, since renderers do not agree on how long those are. */
function renderSpan({ text, style }: Span, { start, y }: { start: number; y: number }): string {
  const shown = text.trim();
  const indent = columnsOf(text) - columnsOf(text.trimStart());
  const x = (PADDING + (start + indent) * COLUMN).toFixed(1);
  const length = (columnsOf(shown) * COLUMN).toFixed(1);
  const kind = style === undefined ? "" : ` class="${style}"`;
  return `<text${kind} x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escaped(shown)}</text>`;
}

function lengthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + columnsOf(text), 0);
}

function columnsOf(text: string): number {
  return Bun.stringWidth(text);
}

function escaped(text: string): string {
  return Bun.escapeHTML(text);
}
