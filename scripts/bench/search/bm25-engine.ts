import { isRecord, parseTool, type CatalogTool } from "../../../src/core/tool.ts";
import type { Engine } from "./engine.ts";

/** The usual values. */
const K1 = 1.2;
const B = 0.75;

/** How often the tool of a number has a word. */
interface Posting {
  readonly tool: number;
  readonly count: number;
}

/** BM25 by the book: all of a tool's texts as one, words as they are; nothing is kept on disk. */
export const BM25: Engine = {
  build: async (tools) => {
    const texts = tools.map((tool) => wordsOf(textOf(tool)));
    const postings = postingsOf(texts);
    const total = texts.reduce((sum, { length }) => sum + length, 0);
    const damping = texts.map(({ length }) => K1 * (1 - B + (B * length * texts.length) / total));
    return async (request, limit) => {
      const scores = new Map<number, number>();
      for (const word of new Set(wordsOf(request))) {
        const found = postings.get(word) ?? [];
        const rarity = Math.log(1 + (tools.length - found.length + 0.5) / (found.length + 0.5));
        for (const { tool, count } of found) {
          const score = (rarity * count * (K1 + 1)) / (count + (damping[tool] ?? 0));
          scores.set(tool, (scores.get(tool) ?? 0) + score);
        }
      }
      const ranked = [...scores].toSorted(([, a], [, b]) => b - a).slice(0, limit);
      return ranked.map(([tool]) => tools[tool]?.qualifiedName ?? "");
    };
  },
  restore: undefined,
};

function textOf(entry: CatalogTool): string {
  const { description = "", inputSchema } = parseTool(entry);
  const properties = isRecord(inputSchema) ? inputSchema.properties : undefined;
  const parameters = isRecord(properties) ? Object.keys(properties) : [];
  return [entry.server, entry.name, description, ...parameters].join(" ");
}

/** Runs of letters and digits in lower case, cut where a word in mixed case is. */
function wordsOf(text: string): string[] {
  const parted = text.replace(/(?<=\p{Lower})(?=\p{Upper})/gu, " ").toLowerCase();
  return parted.match(/[\p{Letter}\p{Number}]+/gu) ?? [];
}

function postingsOf(texts: readonly (readonly string[])[]): Map<string, Posting[]> {
  const postings = new Map<string, Posting[]>();
  for (const [tool, words] of texts.entries()) {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const [word, count] of counts) {
      const known = postings.get(word);
      if (known === undefined) postings.set(word, [{ tool, count }]);
      else known.push({ tool, count });
    }
  }
  return postings;
}
