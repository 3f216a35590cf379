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

const options = parseOptions(Bun.argv.slice(2));
if (options === "help") console.log(USAGE);
else await run(options);

async function run(chosen: Options): Promise<void> {
  await using bench = await prepareWorkbench(chosen);
  const { promise: interrupted, reject: interrupt } = Promise.withResolvers<never>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => interrupt(new Error(`interrupted by ${signal}`)));
  }
  const rows = await Promise.race([measureAll(bench), interrupted]);
  const notes = notesOn(bench);
  if (chosen.isJson) console.log(JSON.stringify({ rows, notes }, null, 2));
  else console.log([formatTable(rows), "", ...notes].join("\n"));
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
