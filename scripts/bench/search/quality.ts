import type { EvalCatalog, EvalSet } from "./data.ts";
import { loadEngine, type EngineName, type Search } from "./engine.ts";
import { judge, mean, type Quality } from "./metrics.ts";
import { exactNames } from "./name-queries.ts";

/** How well one engine does on one set. */
export interface QualityRow {
  readonly set: string;
  readonly queries: number;
  readonly engine: EngineName;
  readonly quality: Quality;
}

/** How many hits are judged. */
const JUDGED = 10;

/** The sets of a folder, then every catalog's tools asked for by name. */
export function withExactNames(sets: readonly EvalSet[]): EvalSet[] {
  const catalogs = new Set(sets.map(({ catalog }) => catalog));
  return [...sets, ...[...catalogs].map(exactNames)];
}

/** All requests of all sets, set by set. */
export async function measureQuality(
  sets: readonly EvalSet[],
  engineName: EngineName,
): Promise<QualityRow[]> {
  const engine = await loadEngine(engineName);
  const searches = new Map<EvalCatalog, Search>();
  const rows: QualityRow[] = [];
  for (const { name, catalog, queries } of sets) {
    const search = searches.get(catalog) ?? (await engine.build(catalog.tools));
    searches.set(catalog, search);
    const qualities: Quality[] = [];
    for (const query of queries) qualities.push(judge(query, await search(query.query, JUDGED)));
    rows.push({ set: name, queries: queries.length, engine: engineName, quality: mean(qualities) });
  }
  return rows;
}

/** Sets of equal weight in the mean: requests for one thing, as people and models make them. */
const AVERAGED = /^(?:A1|A3|B|C1|C2|D)-(?!names$)/;

export interface MacroMean {
  /** The sets that it is the mean of. */
  readonly sets: readonly string[];
  readonly quality: Quality;
}

/** The mean over one engine's sets, however many requests each has. */
export function macroMean(rows: readonly QualityRow[]): MacroMean {
  const own = rows.filter(({ set }) => !set.endsWith("-names"));
  const averaged = own.filter(({ set }) => AVERAGED.test(set));
  const taken = averaged.length > 0 ? averaged : own;
  return {
    sets: taken.map(({ set }) => set),
    quality: mean(taken.map(({ quality }) => quality)),
  };
}
