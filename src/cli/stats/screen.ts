import { oneLine } from "../../core/one-line.ts";
import { wrap } from "../columns.ts";
import { counted } from "../doctor/counted.ts";
import { bold, cyan, dim, green, red } from "../style.ts";
import { barChart, clipped } from "./bars.ts";
import type { TokenCosts } from "./token-costs.ts";
import type { CallSummary, ToolCalls } from "./tool-calls.ts";

const MAX_TOOLS = 20;

/** The bar chart of what tool lists cost. */
export function costLines(costs: TokenCosts, width: number): string[] {
  const { servers, unknown, without_mcpzip: without, with_mcpzip: own } = costs;
  const bars = servers.map(({ server, tools, tokens }) => ({
    label: server,
    value: tokens,
    note: counted(tools, "tool"),
    colour: cyan,
  }));
  const mcpzip = { label: "mcpzip", value: own, note: "3 tools", colour: green };
  return [
    ...wrap("Tokens in every request, by tool list (estimates)", width).map(bold),
    "",
    ...barChart([...bars, mcpzip], width),
    "",
    ...wrap(comparison(without, own), width),
    ...(unknown.length === 0
      ? []
      : wrap(`not asked for their tools yet: ${unknown.join(", ")}`, width).map(dim)),
  ];
}

function comparison(without: number, own: number): string {
  const [all, few] = [without, own].map((count) => count.toLocaleString("en"));
  const less = without > own ? `, ${((1 - own / without) * 100).toFixed(1)} % less` : "";
  return `without mcpzip ${all}, with mcpzip ${few}${less}`;
}

/** The table of what was called. */
export function callLines(
  { tools, meta_tools: metaTools }: CallSummary,
  { days, width }: { readonly days: number; readonly width: number },
): string[] {
  const period = days === 1 ? "today" : `in the last ${days} days`;
  if (tools.length + metaTools.length === 0) return [dim(`No calls ${period}.`)];
  const failed = sum(tools, "failed");
  const rest = tools.length - MAX_TOOLS;
  const more = rest > 0 ? [`and ${counted(rest, "tool")} more: --json has them all`] : [];
  const texts = [...more, ...failureLines(tools), ...metaLines(metaTools)];
  return [
    `${bold(`Calls ${period}`)}  ${sum(tools, "calls").toLocaleString("en")}, ${failed} failed`,
    "",
    ...callTable(tools.slice(0, MAX_TOOLS), width),
    ...texts.flatMap((text) => wrap(text, width)),
  ];
}

const HEADINGS = ["TOOL", "CALLS", "FAILED", "P50", "P95"];
const GAP = 2;
const MIN_NAME = 12;

/** Numbers to the right, as wide as they need to be; names get the rest. */
function callTable(tools: readonly ToolCalls[], width: number): string[] {
  const rows = [HEADINGS, ...tools.map(cellsOf)];
  const [nameWidth = 0, ...numberWidths] = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const numbersWidth = numberWidths.reduce((total, each) => total + GAP + each, 0);
  const room = Math.min(nameWidth, Math.max(MIN_NAME, width - numbersWidth));
  return rows.map(([name = "", ...numbers], at) => {
    const [calls = "", failed = "", ...others] = numbers.map((each, column) =>
      each.padStart(numberWidths[column] ?? 0),
    );
    const isBad = at > 0 && failed.trim() !== "0";
    const shown = [
      clipped(name, room).padEnd(room),
      calls,
      isBad ? red(failed) : failed,
      ...others,
    ];
    const line = shown.join(" ".repeat(GAP));
    return at === 0 ? dim(line) : line;
  });
}

function cellsOf({ server, tool, calls, failed, p50_ms, p95_ms }: ToolCalls): string[] {
  const name = oneLine(`${server}__${tool}`);
  const counts = [calls, failed].map((count) => count.toLocaleString("en"));
  return [name, ...counts, duration(p50_ms), duration(p95_ms)];
}

/** Why calls failed, the commonest reasons first. */
function failureLines(tools: readonly ToolCalls[]): string[] {
  const counts = new Map<string, number>();
  for (const { failures } of tools) {
    for (const [code, count] of Object.entries(failures))
      counts.set(code, (counts.get(code) ?? 0) + count);
  }
  if (counts.size === 0) return [];
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  const words = sorted.map(([code, count]) =>
    code === "IS_ERROR" ? `${count} answered by the tool as an error` : `${count} ${code}`,
  );
  return ["", `failed: ${words.join(", ")}`];
}

function metaLines(metaTools: readonly ToolCalls[]): string[] {
  if (metaTools.length === 0) return [];
  const words = metaTools.map(({ tool, calls }) => `${calls.toLocaleString("en")} ${tool}`);
  return ["", `mcpzip's own tools: ${words.join(", ")}`];
}

function duration(ms: number | undefined): string {
  if (ms === undefined) return "-";
  return ms < 1000 ? `${ms} ms` : `${Number((ms / 1000).toPrecision(2))} s`;
}

function sum(tools: readonly ToolCalls[], key: "calls" | "failed"): number {
  return tools.reduce((total, each) => total + each[key], 0);
}
