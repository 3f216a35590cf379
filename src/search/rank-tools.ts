import type { Lexicon } from "./lexicon.ts";
import { OramaIndex } from "./orama-index.ts";
import { clausesOf, requestWords, type Query, type ToolFilter } from "./query.ts";
import { Ranker, type Request } from "./ranker.ts";
import { Similarities } from "./similarities.ts";
import type { ToolIndex } from "./tool-index.ts";
import { Typos } from "./typos.ts";
import { WEIGHTS } from "./weights.ts";

export interface RankOptions {
  readonly limit: number;
  /** How near a model finds each tool to the request: cosines, by qualified name. */
  readonly similarities?: ReadonlyMap<string, number> | undefined;
}

export interface RankedTool {
  /** The qualified name. */
  readonly id: string;
  readonly score: number;
}

/** Tools that are ranked, of those that Orama finds. */
const CANDIDATES = 50;
const CANDIDATES_PER_CLAUSE = 25;
/** Synonyms of a concept that Orama looks for; more cost time and find nothing else. */
const MOST_SYNONYMS = 3;
const MAX_CLAUSES = 5;
const MAX_FILTERED = 500;
/** Tools that a model finds nearest and Orama need not have found. */
const NEAREST = 50;
/** Two of three requests that no tool fits stay below it, and 2 in 100 of the others. */
const WEAK = 1;
/** Hits of which each clause has one, where it has any. */
const FIRST_HITS = 5;
/** Lifts what was asked for by its name above all else. */
const EXACT_NAME = 10;

/** Ranks the tools of one index for what a person or a model typed. */
export class ToolRanking {
  readonly index: ToolIndex;
  readonly #lexicon: Lexicon;
  readonly #orama: OramaIndex;
  readonly #ranker: Ranker;

  constructor(index: ToolIndex, lexicon: Lexicon) {
    this.index = index;
    this.#lexicon = lexicon;
    this.#orama = new OramaIndex(index);
    this.#ranker = new Ranker({
      index,
      lexicon,
      typos: new Typos(index, lexicon),
    });
  }

  /** The best tools for a request, best first. */
  async rank({ text, filter }: Query, options: RankOptions): Promise<RankedTool[]> {
    const { similarities } = options;
    // Orama makes room for as many as are asked for.
    const limit = Math.min(options.limit, this.index.size);
    const whole = this.#read(text);
    const clauses = clausesOf(text)
      .slice(0, MAX_CLAUSES)
      .map((clause) => this.#read(clause));
    const named = this.index.named(text);
    const similar = similarities && new Similarities(similarities, this.index);
    const found = await this.#find([whole, ...clauses], { filter, limit });
    const near = similar?.nearest(NEAREST) ?? [];
    const tools = [...new Set([...named, ...found, ...near])].filter((tool) =>
      this.#fits(tool, filter),
    );
    const scores = this.#ranker.score(whole, tools, similar);
    const best = this.#addClauses(clauses, tools, scores);
    for (const [at, tool] of tools.entries()) {
      if (named.includes(tool)) scores[at] = (scores[at] ?? 0) + EXACT_NAME;
    }
    const order = tools.map((_, at) => at).toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    return withAll(best, order)
      .slice(0, limit)
      .map((at) => ({ id: this.index.ids[tools[at] ?? 0] ?? "", score: scores[at] ?? 0 }));
  }

  /** Whether even the best of them is a poor one. */
  isWeak([best]: readonly RankedTool[]): boolean {
    return best === undefined || best.score < WEAK;
  }

  #read(text: string): Request {
    const { stem, thesaurus } = this.#lexicon;
    const isKnown = (word: string) => {
      const known = stem(word);
      return this.index.has(known) || thesaurus.hasWord(known);
    };
    return this.#ranker.read(requestWords(text, isKnown));
  }

  /** Candidates for a whole request and for its clauses. */
  async #find(
    [whole, ...clauses]: readonly [Request, ...Request[]],
    { filter, limit }: { readonly filter: ToolFilter; readonly limit: number },
  ): Promise<number[]> {
    // Orama knows nothing of our filters, so all that it finds is looked through.
    const isFiltered = filter.servers.length > 0 || filter.isReadOnly;
    const most = (count: number) => (isFiltered ? this.index.size : Math.max(count, limit));
    const found = await Promise.all([
      this.#orama.search(soughtOf(whole), most(CANDIDATES)),
      ...clauses.map((clause) => this.#orama.search(soughtOf(clause), most(CANDIDATES_PER_CLAUSE))),
    ]);
    const tools = found.flat();
    if (!isFiltered) return tools;
    return tools.filter((tool) => this.#fits(tool, filter)).slice(0, MAX_FILTERED);
  }

  #fits(tool: number, filter: ToolFilter): boolean {
    const id = this.index.ids[tool] ?? "";
    const isWanted = filter.servers.some((server) => id.startsWith(`${server}__`));
    if (filter.servers.length > 0 && !isWanted) return false;
    return !filter.isReadOnly || this.index.isReadOnly(tool);
  }

  /** Adds what the best clause of each tool has to say, and returns the place of each clause's best tool. */
  #addClauses(
    clauses: readonly Request[],
    tools: readonly number[],
    scores: Float64Array,
  ): number[] {
    const own = clauses.map((clause) => this.#ranker.score(clause, tools));
    for (let at = 0; at < scores.length; at++) {
      const most = own.reduce((highest, each) => Math.max(highest, each[at] ?? 0), 0);
      scores[at] = (scores[at] ?? 0) + WEIGHTS.clause * most;
    }
    return own.flatMap((each) => {
      const most = Math.max(...each);
      return most > 0 ? each.indexOf(most) : [];
    });
  }
}

function soughtOf({ concepts, meaning }: Request): {
  readonly words: readonly string[];
  readonly meaning: Float32Array;
} {
  const words = concepts.flatMap(({ own, synonyms }) => [
    ...own,
    ...synonyms.slice(0, MOST_SYNONYMS).flatMap((synonym) => synonym.words),
  ]);
  return { words: [...new Set(words)], meaning };
}

/** The order with each clause's best among the first hits, in place of the last that are nobody's best. */
function withAll(best: readonly number[], order: readonly number[]): number[] {
  const first = order.slice(0, FIRST_HITS);
  const missing = [...new Set(best)].filter((at) => !first.includes(at));
  for (let place = first.length - 1; place > 0 && missing.length > 0; place--) {
    const held = first[place];
    if (held === undefined || best.includes(held)) continue;
    first[place] = missing.shift() ?? held;
  }
  return [...new Set([...first, ...order])];
}
