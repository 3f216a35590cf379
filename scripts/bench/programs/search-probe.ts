import { parseArgs } from "node:util";
import type { CatalogTool } from "../../../src/core/tool.ts";
import { ENGINE_NAMES, loadEngine, type Search } from "../search/engine.ts";
import { quantile } from "../statistics.ts";

/** What one process of its own finds out about one engine; times in ms, memory in MB of 10^6 bytes. */
export interface Speed {
  /** Until the index can be searched. */
  readonly index: number;
  readonly first: number;
  readonly p50: number;
  readonly p95: number;
  /** What the resident memory has grown by, with its code, after searches and garbage collection. */
  readonly growth: number;
}

/** Searched before the clock runs: the code is compiled by then. */
const WARM_UP = 50;
const HITS = 10;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      engine: { type: "string", default: "" },
      /** Lines of tools; without it the index is taken from the file. */
      tools: { type: "string" },
      requests: { type: "string", default: "" },
      index: { type: "string", default: "" },
    },
  });
  const name = ENGINE_NAMES.find((each) => each === values.engine);
  if (name === undefined) throw new Error(`no engine is called ${values.engine}`);
  // as: both files are written by speed.ts.
  const requests = (await Bun.file(values.requests).json()) as string[];
  const tools = values.tools === undefined ? undefined : await loadTools(values.tools);
  const before = await residentMemory();
  const engine = await loadEngine(name);
  const startedAt = performance.now();
  const search =
    tools === undefined
      ? await engine.restore?.(values.index)
      : await engine.build(tools, values.index);
  const index = performance.now() - startedAt;
  if (search === undefined) throw new Error(`${name} keeps no index on disk`);
  const times = await timesOf(search, requests);
  const speed: Speed = { index, ...times, growth: (await residentMemory()) - before };
  // Both are used once more, or they might have been collected before the memory was measured.
  await search(requests[0] ?? "", HITS);
  console.log(JSON.stringify({ ...speed, tools: tools?.length }));
}

async function loadTools(file: string): Promise<CatalogTool[]> {
  const text = await Bun.file(file).text();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as CatalogTool);
}

async function timesOf(search: Search, requests: readonly string[]) {
  const times: number[] = [];
  for (const request of requests) {
    const startedAt = performance.now();
    await search(request, HITS);
    times.push(performance.now() - startedAt);
  }
  const warm = times.slice(WARM_UP);
  return { first: times[0] ?? Number.NaN, p50: quantile(warm, 0.5), p95: quantile(warm, 0.95) };
}

async function residentMemory(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    Bun.gc(true);
    // What is freed goes back to the system a little later.
    await Bun.sleep(50);
  }
  return process.memoryUsage.rss() / 1e6;
}
