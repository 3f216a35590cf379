import { measureCalls } from "./calls.ts";
import { measureLarge } from "./large.ts";
import { measureMemory } from "./memory.ts";
import { parseOptions, USAGE, type Options, type Part } from "./options.ts";
import { CAN_MEASURE_MEMORY } from "./process-memory.ts";
import type { Row } from "./row.ts";
import { measureStartup } from "./startup.ts";
import { formatTable } from "./table.ts";
import { prepareWorkbench, type Workbench } from "./workbench.ts";

/** Measures what mcpzip costs and prints it as a table; nothing here fails because something is slow. */
const MEASURES: Readonly<Record<Part, (bench: Workbench) => Promise<Row[]>>> = {
  startup: measureStartup,
  memory: measureMemory,
  calls: measureCalls,
  large: measureLarge,
};

try {
  const options = parseOptions(Bun.argv.slice(2));
  if (options === "help") console.log(USAGE);
  else await run(options);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function run(options: Options): Promise<void> {
  const interrupted = firstSignal();
  await using bench = await prepareWorkbench(options);
  const rows = await Promise.race([measureAll(bench), interrupted]);
  const notes = notesOn(bench);
  if (options.isJson) console.log(JSON.stringify({ rows, notes }, null, 2));
  else console.log([formatTable(rows), "", ...notes].join("\n"));
}

/** Rejects, so that everything is put away before the process ends. */
function firstSignal(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => reject(new Error(`interrupted by ${signal}`)));
  }
  promise.catch(() => {
    // Only whoever races against it wants to know.
  });
  return promise;
}

async function measureAll(bench: Workbench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const part of bench.options.parts) {
    console.error(`bench: ${part} …`);
    rows.push(...(await MEASURES[part](bench)));
  }
  return rows;
}

function notesOn({ peer, options: { runs, calls } }: Workbench): string[] {
  const notes = [`Medians of ${runs} starts; ${calls} calls. All programs of a part take turns.`];
  if (!peer.isUsable) notes.push(`mcp-remote n/a: ${peer.reason}`);
  if (!CAN_MEASURE_MEMORY) notes.push("Memory n/a: it is read from /proc, which only Linux has.");
  return notes;
}
