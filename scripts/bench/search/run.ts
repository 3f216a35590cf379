import { compareWithBaseline, loadBaseline, writeBaseline } from "./baseline.ts";
import { COMMITTED_DATA, loadSets, type EvalSet } from "./data.ts";
import { ENGINE_NAMES } from "./engine.ts";
import { parseOptions, USAGE, type Options } from "./options.ts";
import { macroMean, measureQuality, withExactNames, type QualityRow } from "./quality.ts";
import { measureSpeed, type SpeedRow } from "./speed.ts";
import { formatQuality, formatSpeed } from "./table.ts";

/** Measures the search and prints it; nothing here fails because something is slow or not found. */
try {
  const options = parseOptions(Bun.argv.slice(2));
  if (options === "help") console.log(USAGE);
  else if (options.writesBaseline) await renewBaseline();
  else await run(options);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function renewBaseline(): Promise<void> {
  const sets = withExactNames(await loadSets(COMMITTED_DATA));
  const rows = await measureQuality(sets, "ours");
  console.log(formatQuality(rows));
  const { losses, gains } = compareWithBaseline(rows, await loadBaseline());
  console.log(["", ...[...losses, ...gains].map((text) => text.split(";")[0])].join("\n"));
  console.log(`\n${await writeBaseline(rows)} is written`);
}

async function run(options: Options): Promise<void> {
  const { data, parts, isJson } = options;
  const sets = await loadSets(data);
  if (sets.length === 0) throw new Error(`${data} has no X.queries.jsonl`);
  const quality = parts.includes("quality") ? await compareQuality(sets) : [];
  const speed = parts.includes("speed") ? await compareSpeed(sets, options) : [];
  console.log(isJson ? toJson(quality, speed) : toText(quality, speed));
}

async function compareQuality(sets: readonly EvalSet[]): Promise<QualityRow[]> {
  const all = withExactNames(sets);
  const rows: QualityRow[] = [];
  for (const name of ENGINE_NAMES) {
    progress(`quality of ${name}`);
    rows.push(...(await measureQuality(all, name)));
  }
  return rows;
}

function compareSpeed(sets: readonly EvalSet[], options: Options): Promise<SpeedRow[]> {
  return measureSpeed(sets, { ...options, onProgress: progress });
}

function progress(text: string): void {
  console.error(`bench: ${text} …`);
}

function toJson(quality: readonly QualityRow[], speed: readonly SpeedRow[]): string {
  const means = [...Map.groupBy(quality, ({ engine }) => engine)].map(([engine, rows]) => {
    return { engine, ...macroMean(rows) };
  });
  return JSON.stringify({ quality, means, speed }, undefined, 2);
}

function toText(quality: readonly QualityRow[], speed: readonly SpeedRow[]): string {
  const parts = [
    ...(quality.length > 0 ? [formatQuality(quality)] : []),
    ...(speed.length > 0 ? [formatSpeed(speed)] : []),
  ];
  return parts.join("\n\n");
}
