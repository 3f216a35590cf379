import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../embeddings/random.ts";
import { compileProgram } from "../compile.ts";
import type { Speed } from "../programs/search-probe.ts";
import { median } from "../statistics.ts";
import type { EvalSet } from "./data.ts";
import { ENGINE_NAMES, type EngineName } from "./engine.ts";
import { createSyntheticCatalog } from "./synthetic-catalog.ts";

/** Medians of what several processes found out. */
export interface SpeedRow {
  readonly tools: number;
  readonly engine: EngineName;
  /** Indexed by this process. */
  readonly built: Speed;
  /** Taken up from the disk; an engine that keeps nothing has none. */
  readonly restored: Speed | undefined;
}

export interface SpeedOptions {
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly seed: number;
  readonly onProgress: (text: string) => void;
}

const REQUESTS = 250;
/** Caught, so that everything is put away first: a compiled program is large. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const SPEED_KEYS = ["index", "first", "p50", "p95", "growth"] as const;

/** Runs every engine at every size in fresh processes, in turns, so that a slow minute slows all alike. */
export async function measureSpeed(
  sets: readonly EvalSet[],
  { sizes, rounds, seed, onProgress }: SpeedOptions,
): Promise<SpeedRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "mcpzip-bench-search-"));
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  for (const signal of SIGNALS) process.once(signal, stop);
  const run = (program: string, words: readonly string[]) =>
    runProbe(program, { words, signal: interrupted.signal });
  try {
    const files = await writeInputs(folder, { sets, sizes, seed });
    const samples = new Map<string, Speed[]>();
    for (let round = 0; round < rounds; round++) {
      for (const size of sizes) {
        onProgress(`${size} tools, round ${round + 1} of ${rounds}`);
        for (const engine of ENGINE_NAMES) await probe({ engine, size, files, samples, run });
      }
    }
    return sizes.flatMap((tools) => ENGINE_NAMES.map((engine) => rowOf(samples, engine, tools)));
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
    await rm(folder, { recursive: true, force: true });
  }
}

interface InputFiles {
  readonly folder: string;
  /** Compiled as mcpzip is: from its sources it would be slower and larger. */
  readonly program: string;
  readonly requests: string;
  readonly tools: ReadonlyMap<number, string>;
}

async function writeInputs(
  folder: string,
  {
    sets,
    sizes,
    seed,
  }: {
    readonly sets: readonly EvalSet[];
    readonly sizes: readonly number[];
    readonly seed: number;
  },
): Promise<InputFiles> {
  const program = await compileProgram("search-probe", folder);
  const random = createRandom(seed);
  const typed = sets.flatMap(({ queries }) => queries.map(({ query }) => query));
  const drawn = Array.from({ length: REQUESTS }, () => typed[Math.floor(random() * typed.length)]);
  const requests = join(folder, "requests.json");
  await Bun.write(requests, JSON.stringify(drawn));
  const models = [...new Set(sets.map(({ catalog }) => catalog))].flatMap(({ tools }) => tools);
  const tools = new Map<number, string>();
  for (const size of sizes) {
    const file = join(folder, `${size}.jsonl`);
    const catalog = createSyntheticCatalog(models, { size, seed });
    await Bun.write(file, catalog.map((tool) => `${JSON.stringify(tool)}\n`).join(""));
    tools.set(size, file);
  }
  return { folder, program, requests, tools };
}

async function probe({
  engine,
  size,
  files,
  samples,
  run,
}: {
  readonly engine: EngineName;
  readonly size: number;
  readonly files: InputFiles;
  readonly samples: Map<string, Speed[]>;
  readonly run: (program: string, words: readonly string[]) => Promise<Speed>;
}): Promise<void> {
  const index = join(files.folder, `${engine}-${size}.index`);
  // A segment store, like any SQLite database, has files beside it.
  for (const end of ["", "-wal", "-shm"]) await rm(`${index}${end}`, { force: true });
  const common = ["--engine", engine, "--requests", files.requests, "--index", index];
  const built = await run(files.program, [...common, "--tools", files.tools.get(size) ?? ""]);
  add(samples, `${engine} ${size} built`, built);
  if (!(await Bun.file(index).exists())) return;
  add(samples, `${engine} ${size} restored`, await run(files.program, common));
}

async function runProbe(
  program: string,
  { words, signal }: { readonly words: readonly string[]; readonly signal: AbortSignal },
): Promise<Speed> {
  signal.throwIfAborted();
  const child = Bun.spawn([program, ...words], { stdio: ["ignore", "pipe", "inherit"], signal });
  const [text, exitCode] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  signal.throwIfAborted();
  if (exitCode !== 0) throw new Error(`${words.slice(0, 2).join(" ")} failed (exit ${exitCode})`);
  // as: the program prints this and nothing else.
  return JSON.parse(text) as Speed;
}

function add(samples: Map<string, Speed[]>, key: string, speed: Speed): void {
  samples.set(key, [...(samples.get(key) ?? []), speed]);
}

function rowOf(samples: ReadonlyMap<string, Speed[]>, engine: EngineName, tools: number): SpeedRow {
  const restored = samples.get(`${engine} ${tools} restored`);
  return {
    tools,
    engine,
    built: medians(samples.get(`${engine} ${tools} built`) ?? []),
    restored: restored && medians(restored),
  };
}

function medians(speeds: readonly Speed[]): Speed {
  const entries = SPEED_KEYS.map(
    (key) => [key, median(speeds.map((speed) => speed[key]))] as const,
  );
  // as: every key of a Speed is in SPEED_KEYS.
  return Object.fromEntries(entries) as unknown as Speed;
}
