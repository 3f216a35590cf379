import type { DayCount } from "../../proxy/call-log-store.ts";
import { latencyQuantile } from "../../proxy/latency-bucket.ts";

/** The calls of one tool, as `--json` prints them. Latencies are those of calls that were answered. */
export interface ToolCalls {
  /** Absent for mcpzip's own tools. */
  readonly server?: string;
  readonly tool: string;
  readonly calls: number;
  readonly failed: number;
  /** How many, by code. */
  readonly failures: Readonly<Record<string, number>>;
  readonly p50_ms?: number;
  readonly p95_ms?: number;
}

export interface CallSummary {
  /** Of all servers, most called first. */
  readonly tools: readonly ToolCalls[];
  readonly meta_tools: readonly ToolCalls[];
  readonly days: readonly {
    readonly day: string;
    readonly calls: number;
    readonly failed: number;
  }[];
}

/** Adds up what was counted. */
export function summarizeCalls(counts: readonly DayCount[]): CallSummary {
  const byTool = Map.groupBy(counts, ({ server, tool }) => `${server}\n${tool}`);
  const all = [...byTool.values()].map(toolCalls).toSorted((a, b) => b.calls - a.calls);
  const upstream = counts.filter(({ server }) => server !== "");
  const days = [...Map.groupBy(upstream, ({ day }) => day)].map(([day, own]) => ({
    day,
    calls: total(own),
    failed: total(own.filter(isFailure)),
  }));
  return {
    tools: all.filter(({ server }) => server !== undefined),
    meta_tools: all.filter(({ server }) => server === undefined),
    days: days.toSorted((a, b) => (a.day < b.day ? -1 : 1)),
  };
}

function toolCalls(counts: readonly DayCount[]): ToolCalls {
  const { server = "", tool = "" } = counts[0] ?? {};
  const failed = counts.filter(isFailure);
  const failures = [...Map.groupBy(failed, ({ outcome }) => outcome)].map(
    ([code, own]) => [code, total(own)] as const,
  );
  const answered = Map.groupBy(counts.filter(wasAnswered), ({ bucket }) => bucket);
  const latencies = new Map([...answered].map(([bucket, own]) => [bucket, total(own)]));
  const [p50, p95] = [0.5, 0.95].map((share) => latencyQuantile(latencies, share));
  return {
    ...(server !== "" && { server }),
    tool,
    calls: total(counts),
    failed: total(failed),
    failures: Object.fromEntries(failures.toSorted(([, a], [, b]) => b - a)),
    ...(p50 !== undefined && { p50_ms: rounded(p50) }),
    ...(p95 !== undefined && { p95_ms: rounded(p95) }),
  };
}

function isFailure({ outcome }: DayCount): boolean {
  return outcome !== "OK";
}

function wasAnswered({ outcome }: DayCount): boolean {
  return outcome === "OK" || outcome === "IS_ERROR";
}

function total(counts: readonly DayCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

/** To two digits: the buckets tell no more. */
function rounded(ms: number): number {
  return Number(ms.toPrecision(2));
}
