import type { EvalQuery } from "./data.ts";

export interface Quality {
  /** The share of a request's groups with a hit among the first k. */
  readonly recall1: number;
  readonly recall5: number;
  readonly recall10: number;
  /** Of the first hit, among ten. */
  readonly reciprocalRank: number;
  readonly ndcg10: number;
}

/** Judges one ranking, the best first. */
export function judge({ groups }: EvalQuery, ids: readonly string[]): Quality {
  const ranks = groups.map((group) => {
    const wanted = new Set(group);
    const at = ids.findIndex((id) => wanted.has(id));
    return at < 0 ? Infinity : at + 1;
  });
  const recall = (most: number) => ranks.filter((rank) => rank <= most).length / groups.length;
  const first = Math.min(...ranks);
  return {
    recall1: recall(1),
    recall5: recall(5),
    recall10: recall(10),
    reciprocalRank: first <= 10 ? 1 / first : 0,
    ndcg10: gain(ranks.filter((rank) => rank <= 10)) / gain(groups.map((_, at) => at + 1)),
  };
}

function gain(ranks: readonly number[]): number {
  return ranks.reduce((sum, rank) => sum + 1 / Math.log2(rank + 1), 0);
}

export function mean(qualities: readonly Quality[]): Quality {
  const of = (key: keyof Quality) =>
    qualities.reduce((sum, quality) => sum + quality[key], 0) / Math.max(1, qualities.length);
  return {
    recall1: of("recall1"),
    recall5: of("recall5"),
    recall10: of("recall10"),
    reciprocalRank: of("reciprocalRank"),
    ndcg10: of("ndcg10"),
  };
}
