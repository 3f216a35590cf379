import type { CatalogTool } from "../../../src/core/tool.ts";
import { createLog } from "../../../src/platform/log.ts";
import { loadLexicon, type Lexicon } from "../../../src/search/lexicon.ts";
import { ToolRanking } from "../../../src/search/rank-tools.ts";
import { buildSegment } from "../../../src/search/segment-builder.ts";
import { SegmentStore } from "../../../src/search/segment-store.ts";
import type { Segment } from "../../../src/search/segment.ts";
import { ToolIndex } from "../../../src/search/tool-index.ts";
import { Vocabulary } from "../../../src/search/vocabulary.ts";
import type { Engine, Search } from "./engine.ts";

const KEY = "bench";
const ALL = { servers: [], isReadOnly: false };

/** The search of mcpzip without a key or a model, a segment for each server. */
export const OURS: Engine = {
  build: async (tools, file) => {
    const lexicon = await loadLexicon();
    const store = file === undefined ? undefined : openStore(file);
    const vocabulary = new Vocabulary(lexicon.stem);
    const segments: Segment[] = [];
    for (const [server, own] of byServer(tools)) {
      const segment = await buildSegment(own, { lexicon, vocabulary });
      store?.save(server, KEY, segment);
      segments.push(segment);
    }
    store?.close();
    return searchIn(segments, lexicon);
  },
  restore: async (file) => {
    const store = openStore(file);
    const segments = store.load(store.keys()).map(({ segment }) => segment);
    store.close();
    return searchIn(segments, await loadLexicon());
  },
};

function openStore(file: string): SegmentStore {
  return new SegmentStore(file, createLog("warn", console.error));
}

function byServer(tools: readonly CatalogTool[]): Map<string, CatalogTool[]> {
  return Map.groupBy(tools, ({ server }) => server);
}

function searchIn(segments: readonly Segment[], lexicon: Lexicon): Search {
  const ranking = new ToolRanking(new ToolIndex(segments), lexicon);
  return async (text, limit) => {
    const ranked = await ranking.rank({ text, filter: ALL }, { limit });
    return ranked.map(({ id }) => id);
  };
}
