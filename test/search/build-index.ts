import type { CatalogTool } from "../../src/core/tool.ts";
import { loadLexicon } from "../../src/search/lexicon.ts";
import { parseQuery } from "../../src/search/query.ts";
import { ToolRanking, type RankedTool } from "../../src/search/rank-tools.ts";
import { buildSegment } from "../../src/search/segment-builder.ts";
import { ToolIndex } from "../../src/search/tool-index.ts";

/** Read once: it is half a second of a test run otherwise. */
export const lexicon = await loadLexicon();

/** An index as the searcher has it: a segment for each server. */
export async function buildIndex(tools: readonly CatalogTool[]): Promise<ToolIndex> {
  const byServer = Map.groupBy(tools, ({ server }) => server);
  const segments = [...byServer.values()].map((own) => buildSegment(own, { lexicon }));
  return new ToolIndex(await Promise.all(segments));
}

export async function buildRanking(tools: readonly CatalogTool[]): Promise<ToolRanking> {
  return new ToolRanking(await buildIndex(tools), lexicon);
}

/** The best tools for what was typed, filters and all. */
export function rank(ranking: ToolRanking, typed: string, limit = 10): Promise<RankedTool[]> {
  return ranking.rank(parseQuery(typed), { limit });
}

export async function idsOf(ranking: ToolRanking, typed: string, limit = 10): Promise<string[]> {
  return (await rank(ranking, typed, limit)).map(({ id }) => id);
}
