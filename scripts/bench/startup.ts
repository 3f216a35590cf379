import { mcpzipIn } from "./home.ts";
import { timeToExit, withClient, type Target } from "./raw-client.ts";
import type { Row } from "./row.ts";
import { interleave, median } from "./statistics.ts";
import { QUERY } from "./warm-home.ts";
import type { Workbench } from "./workbench.ts";

type Name = "empty" | "bare" | "initialize" | "list" | "search" | "searchMany" | "execute";
type PeerName = "peerInitialize" | "peerList";

const EXECUTE = {
  name: "execute_tool",
  arguments: { name: "echo__echo", arguments: { message: "hi" } },
};

/** From spawn to the first answers, against an empty program from spawn to exit. */
export async function measureStartup(bench: Workbench): Promise<Row[]> {
  const [few, many] = [await bench.warmHome(500), await bench.warmHome(5000)];
  const fewTarget = mcpzipIn(few, bench.binary);
  const manyTarget = mcpzipIn(many, bench.binary);
  const times = await interleave<Name | PeerName>(bench.options.runs, {
    empty: () => timeToExit(bench.empty),
    bare: () => timeToAnswer(bench.echo),
    initialize: () => timeToAnswer(fewTarget),
    list: () => timeToAnswer(fewTarget, "tools/list"),
    search: () => timeToAnswer(fewTarget, "tools/call", QUERY),
    searchMany: () => timeToAnswer(manyTarget, "tools/call", QUERY),
    execute: () => timeToAnswer(bench.proxy, "tools/call", EXECUTE),
    peerInitialize: () => timeOfPeer(bench),
    peerList: () => timeOfPeer(bench, "tools/list"),
  });
  await few.checkStillWarm();
  await many.checkStillWarm();
  return toRows(times);
}

/** Milliseconds from spawn to the answer to `method`, asked once the handshake is done. */
async function timeToAnswer(target: Target, method?: string, params?: object): Promise<number> {
  return withClient(target, async (client) => {
    await client.initialize();
    if (method === undefined) return client.millisecondsSinceStart();
    client.notify("notifications/initialized");
    await client.request(method, params);
    return client.millisecondsSinceStart();
  });
}

async function timeOfPeer({ peer }: Workbench, method?: string): Promise<number> {
  return peer.isUsable ? timeToAnswer(peer.target, method) : Number.NaN;
}

function toRows(times: Readonly<Record<Name | PeerName, readonly number[]>>): Row[] {
  const base = median(times.empty);
  const row = (metric: string, name: Name, rest: Partial<Row> = {}): Row => {
    const value = median(times[name]);
    return { part: "startup", metric, unit: "ms", value, base, ratio: value / base, ...rest };
  };
  return [
    row("bare stdio server: initialize", "bare"),
    row("initialize", "initialize", {
      peer: median(times.peerInitialize),
      aim: { of: "ratio", most: 1.2 },
    }),
    row("tools/list", "list", { peer: median(times.peerList), aim: { of: "ratio", most: 1.25 } }),
    row("first search, 500 tools", "search", { aim: { of: "ratio", most: 6 } }),
    row("first search, 5,000 tools", "searchMany"),
    row("first execute, server started for it", "execute"),
  ];
}
