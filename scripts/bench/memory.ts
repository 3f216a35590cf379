import { mcpzipIn } from "./home.ts";
import { CAN_MEASURE_MEMORY, memoryOf, type Memory } from "./process-memory.ts";
import { RawClient, type Target } from "./raw-client.ts";
import type { Row } from "./row.ts";
import { median } from "./statistics.ts";
import { QUERY } from "./warm-home.ts";
import type { Workbench } from "./workbench.ts";

/** Hosts and agents each start one of their own, and those share what is of the file. */
const INSTANCES = 4;
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

const LABELS = { rss: "RSS", pss: `PSS, each of ${INSTANCES}`, private: "private" } as const;

/** Medians over instances that run side by side. */
async function idleMemory(target: Target, search?: object): Promise<Memory> {
  const clients = Array.from({ length: INSTANCES }, () => new RawClient(target));
  try {
    await Promise.all(clients.map((client) => useOnce(client, search)));
    await Bun.sleep(SETTLED_MS);
    return medians(await Promise.all(clients.map(({ pid }) => memoryOf(pid))));
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function useOnce(client: RawClient, search: object | undefined): Promise<void> {
  await client.initialize();
  client.notify("notifications/initialized");
  await client.request("tools/list");
  if (search !== undefined) await client.request("tools/call", search);
}

function medians(samples: readonly Memory[]): Memory {
  return {
    rss: median(samples.map(({ rss }) => rss)),
    pss: median(samples.map(({ pss }) => pss)),
    private: median(samples.map((sample) => sample.private)),
  };
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
