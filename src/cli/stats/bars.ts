export interface Bar {
  readonly label: string;
  readonly value: number;
  /** After the number, where there is room. */
  readonly note: string;
  readonly colour: (text: string) => string;
}

const MAX_WIDTH = 100;
const MIN_BAR = 4;
const MAX_LABEL = 24;
const GAP = 2;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Horizontal bars, aligned, and no wider than `width` columns: the notes go first, then the bars. */
export function barChart(bars: readonly Bar[], width: number): string[] {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const numbers = bars.map(({ value }) => value.toLocaleString("en"));
  const labelWidth = Math.min(widest(bars.map(({ label }) => label)), MAX_LABEL);
  const numberWidth = widest(numbers);
  const noteWidth = widest(bars.map(({ note }) => note));
  const room = Math.min(width, MAX_WIDTH) - labelWidth - numberWidth - 2 * GAP;
  const hasNotes = room - noteWidth - GAP >= 2 * MIN_BAR;
  const barWidth = hasNotes ? room - noteWidth - GAP : room;
  return bars.map(({ label, value, note, colour }, at) => {
    const bar = barWidth < MIN_BAR ? "" : barOf((value / most) * barWidth, barWidth);
    const cells = [
      clipped(label, labelWidth).padEnd(labelWidth),
      ...(bar === "" ? [] : [colour(bar)]),
      (numbers[at] ?? "").padStart(numberWidth),
      ...(hasNotes ? [note] : []),
    ];
    return cells.join(" ".repeat(GAP)).trimEnd();
  });
}

/** What there is shows, however little it is. */
function barOf(length: number, width: number): string {
  const eighths = length === 0 ? 0 : Math.max(1, Math.round(length * 8));
  const bar = "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
  return bar.padEnd(width);
}

/** No longer than that, with a sign that something is missing. */
export function clipped(label: string, width: number): string {
  return label.length <= width ? label : `${label.slice(0, width - 1)}…`;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
