import { mcpzipIn } from "./home.ts";
import { CAN_MEASURE_MEMORY, memoryOf, type Memory } from "./process-memory.ts";
import { withClient, type Target } from "./raw-client.ts";
import type { Row } from "./row.ts";
import { median } from "./statistics.ts";
import { QUERY } from "./warm-home.ts";
import type { Workbench } from "./workbench.ts";

const STARTS = 3;
/** Start-up and its background work are over by then. */
const SETTLED_MS = 1500;

/** Idle memory, before and after the first search, against a bare stdio server in Bun. */
export async function measureMemory(bench: Workbench): Promise<Row[]> {
  if (!CAN_MEASURE_MEMORY) return [];
  const few = mcpzipIn(await bench.warmHome(500), bench.binary);
  const many = mcpzipIn(await bench.warmHome(5000), bench.binary);
  const base = await idleMemory(bench.echo);
  const idle = await idleMemory(few);
  const searched = await idleMemory(few, QUERY);
  const manyIdle = await idleMemory(many);
  const peer = bench.peer.isUsable ? await idleMemory(bench.peer.target) : undefined;
  const rows = (metric: string, memory: Memory, other?: Memory) =>
    (["rss", "pss", "private"] as const).map((kind) =>
      toRow(`${metric}: ${LABELS[kind]}`, {
        value: memory[kind],
        base: base[kind],
        peer: other?.[kind],
      }),
    );
  const [rss, ...others] = rows("idle, 500 tools", idle, peer);
  return [
    ...(rss === undefined ? [] : [{ ...rss, aim: { of: "value", most: 45 } as const }]),
    ...others,
    ...rows("after a search, 500 tools", searched),
    toRow("idle, 5,000 tools: RSS", { value: manyIdle.rss, base: base.rss }),
  ];
}

const LABELS = { rss: "RSS", pss: "PSS", private: "private" } as const;

async function idleMemory(target: Target, search?: object): Promise<Memory> {
  const samples: Memory[] = [];
  for (let start = 0; start < STARTS; start++) samples.push(await memoryOnce(target, search));
  return {
    rss: median(samples.map(({ rss }) => rss)),
    pss: median(samples.map(({ pss }) => pss)),
    private: median(samples.map((sample) => sample.private)),
  };
}

function memoryOnce(target: Target, search: object | undefined): Promise<Memory> {
  return withClient(target, async (client) => {
    await client.initialize();
    client.notify("notifications/initialized");
    await client.request("tools/list");
    if (search !== undefined) await client.request("tools/call", search);
    await Bun.sleep(SETTLED_MS);
    return memoryOf(client.pid);
  });
}

function toRow(
  metric: string,
  {
    value,
    base,
    peer,
  }: { readonly value: number; readonly base: number; readonly peer?: number | undefined },
): Row {
  return { part: "memory", metric, unit: "MB", value, base, ratio: value / base, peer };
}
