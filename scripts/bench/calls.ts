import { withClient, type RawClient, type Target } from "./raw-client.ts";
import type { Row } from "./row.ts";
import { median, quantile } from "./statistics.ts";
import type { Workbench } from "./workbench.ts";

const WARM_UP = 500;
/** Calls on one path before it is the other's turn. */
const BLOCK = 50;
const HTTP_SHARE = 0.2;
const FIRST_STARTS = 9;
/** Counted from the call that starts the upstream, which is the first. */
const FIRST_CALLS = { from: 3, to: 11 };

const PAYLOAD = { message: "0123456789".repeat(20) };
const DIRECT = { name: "echo", arguments: PAYLOAD };
const STDIO_CALL = { name: "execute_tool", arguments: { name: "echo__echo", arguments: PAYLOAD } };
const HTTP_CALL = { name: "execute_tool", arguments: { name: "remote__echo", arguments: PAYLOAD } };

/** Makes one call, and resolves when its answer is there and parsed. */
type Path = () => Promise<unknown>;

/** What mcpzip adds to a call of 200 B, over the same call made directly. */
export async function measureCalls(bench: Workbench): Promise<Row[]> {
  const { calls } = bench.options;
  const stdio = await compareStdio(bench, calls);
  const first = await compareFirstCalls(bench);
  const http = await compareHttp(bench, Math.ceil(calls * HTTP_SHARE));
  const p50 = {
    ...toRow("added per call: p50", atShare(stdio, 0.5)),
    aim: { of: "value", most: 60 },
  } as const;
  return [
    p50,
    toRow("added per call: p99", atShare(stdio, 0.99)),
    toRow("added, calls 3 to 11 after start", atShare(first, 0.5)),
    { ...toRow("added per HTTP call: p50", atShare(http, 0.5)), peer: addedByPeer(http) },
  ];
}

interface Compared {
  readonly direct: readonly number[];
  readonly proxied: readonly number[];
  readonly peer?: readonly number[];
}

function atShare(
  { direct, proxied }: Compared,
  share: number,
): { direct: number; proxied: number } {
  return { direct: quantile(direct, share), proxied: quantile(proxied, share) };
}

function addedByPeer({ direct, peer }: Compared): number {
  return peer === undefined ? Number.NaN : median(peer) - median(direct);
}

function toRow(
  metric: string,
  { proxied, direct }: { readonly proxied: number; readonly direct: number },
): Row {
  const [value, base] = [proxied - direct, direct];
  return { part: "calls", metric, unit: "µs", value, base, ratio: proxied / direct };
}

function compareStdio(bench: Workbench, calls: number): Promise<Compared> {
  return withReady(bench.echo, (direct) =>
    withReady(bench.proxy, (proxy) =>
      timePaths(calls, {
        direct: () => direct.request("tools/call", DIRECT),
        proxied: () => proxy.request("tools/call", STDIO_CALL),
      }),
    ),
  );
}

async function compareHttp(bench: Workbench, calls: number): Promise<Compared> {
  const direct = () => postCall(bench.echoUrl);
  const { peer } = bench;
  return withReady(bench.proxy, (proxy) => {
    const proxied = () => proxy.request("tools/call", HTTP_CALL);
    if (!peer.isUsable) return timePaths(calls, { direct, proxied });
    return withReady(peer.target, (client) =>
      timePaths(calls, { direct, proxied, peer: () => client.request("tools/call", DIRECT) }),
    );
  });
}

async function postCall(url: string): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: DIRECT }),
    proxy: false,
  });
  return response.json();
}

async function compareFirstCalls(bench: Workbench): Promise<Compared> {
  const direct: number[] = [];
  const proxied: number[] = [];
  for (let start = 0; start < FIRST_STARTS; start++) {
    direct.push(await timeFirstCalls(bench.echo, DIRECT));
    proxied.push(await timeFirstCalls(bench.proxy, STDIO_CALL));
  }
  return { direct, proxied };
}

/** The median microseconds of the calls after the first ones. */
function timeFirstCalls(target: Target, call: object): Promise<number> {
  return withReady(target, async (client) => {
    const samples: number[] = [];
    for (let number = 1; number <= FIRST_CALLS.to; number++) {
      samples.push(await timeCall(() => client.request("tools/call", call)));
    }
    return median(samples.slice(FIRST_CALLS.from - 1));
  });
}

/** Microseconds of `calls` warm calls on each path, the paths taking turns. */
async function timePaths<Name extends string>(
  calls: number,
  paths: Readonly<Record<Name, Path>>,
): Promise<Record<Name, number[]>> {
  // as: Object.entries and fromEntries forget the keys' type.
  const entries = Object.entries(paths) as [Name, Path][];
  const samples = Object.fromEntries(entries.map(([name]) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (let done = -WARM_UP; done < calls; done += BLOCK) {
    for (const [name, path] of entries) {
      for (let call = 0; call < BLOCK; call++) {
        const time = await timeCall(path);
        if (done >= 0) samples[name].push(time);
      }
    }
  }
  return samples;
}

async function timeCall(path: Path): Promise<number> {
  const startedAt = Bun.nanoseconds();
  await path();
  return (Bun.nanoseconds() - startedAt) / 1000;
}

function withReady<T>(target: Target, use: (client: RawClient) => Promise<T>): Promise<T> {
  return withClient(target, async (client) => {
    await client.initialize();
    client.notify("notifications/initialized");
    return use(client);
  });
}
