import { CAN_MEASURE_MEMORY, peakRssOf } from "./process-memory.ts";
import { withClient, type Target } from "./raw-client.ts";
import type { Row } from "./row.ts";
import { interleave, median } from "./statistics.ts";
import type { Workbench } from "./workbench.ts";

const SIZES_MB = [1, 10, 50] as const;
const ROUNDS = 3;
/** The first call starts the upstream and makes the answer, the second grows the heap. */
const TIMED_CALL = 3;

/** Big results through mcpzip, against the same results read directly. */
export async function measureLarge(bench: Workbench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES_MB) rows.push(...(await measureSize(bench, size)));
  return rows;
}

async function measureSize(bench: Workbench, size: number): Promise<Row[]> {
  const call = { name: "blob", arguments: { bytes: size * 1e6 } };
  const wrapped = { name: "execute_tool", arguments: { ...call, name: "echo__blob" } };
  const peaks: number[] = [];
  const times = await interleave(ROUNDS, {
    direct: async () => (await measureOnce(bench.echo, call)).time,
    proxied: async () => {
      const { time, peak } = await measureOnce(bench.proxy, wrapped);
      peaks.push(peak);
      return time;
    },
  });
  const [value, base] = [median(times.proxied), median(times.direct)];
  const aim = size === 50 ? { aim: { of: "ratio", most: 4 } as const } : {};
  const time: Row = {
    part: "large",
    metric: `${size} MB result`,
    unit: "ms",
    value,
    base,
    ratio: value / base,
    ...aim,
  };
  if (!CAN_MEASURE_MEMORY) return [time];
  return [
    time,
    { part: "large", metric: `${size} MB result: peak RSS`, unit: "MB", value: median(peaks) },
  ];
}

function measureOnce(
  target: Target,
  call: object,
): Promise<{ readonly time: number; readonly peak: number }> {
  return withClient(target, async (client) => {
    await client.initialize();
    client.notify("notifications/initialized");
    for (let number = 1; number < TIMED_CALL; number++) await client.request("tools/call", call);
    const startedAt = Bun.nanoseconds();
    await client.request("tools/call", call);
    const time = (Bun.nanoseconds() - startedAt) / 1e6;
    return { time, peak: CAN_MEASURE_MEMORY ? await peakRssOf(client.pid) : Number.NaN };
  });
}
