import type { Action } from "./action.ts";
import { actionIn, actionOf, areRelated, isDescribed } from "./actions.ts";
import { conceptsOf, headOf, requestedAction, type Concept } from "./concepts.ts";
import type { Lexicon } from "./lexicon.ts";
import { LexicalScores } from "./lexical-scores.ts";
import type { Similarities } from "./similarities.ts";
import type { ToolIndex } from "./tool-index.ts";
import type { Typos } from "./typos.ts";
import { WEIGHTS } from "./weights.ts";
import { DIMENSIONS, normalize } from "./word-vectors.ts";

/** A request as the ranker reads it. */
export interface Request {
  readonly concepts: readonly Concept[];
  readonly action: Action | undefined;
  /** What it is about, place and means aside. */
  readonly head: readonly Concept[];
  /** The stems of all its words. */
  readonly stems: ReadonlySet<string>;
  readonly meaning: Float32Array;
}

export interface RankerOptions {
  readonly index: ToolIndex;
  readonly lexicon: Lexicon;
  readonly typos: Typos;
}

/** Scores tools for a request by what their words, their meaning and their names say. */
export class Ranker {
  readonly #index: ToolIndex;
  readonly #lexicon: Lexicon;
  readonly #typos: Typos;

  constructor({ index, lexicon, typos }: RankerOptions) {
    this.#index = index;
    this.#lexicon = lexicon;
    this.#typos = typos;
  }

  read(words: readonly string[]): Request {
    const concepts = this.#conceptsOf(words);
    const head = this.#conceptsOf(headOf(words, this.#lexicon));
    return {
      concepts,
      action: requestedAction(words, concepts),
      head: head.filter(({ own }) => !this.#isVerbOrServer(own)).slice(-HEAD_CONCEPTS),
      stems: new Set([
        ...words.map(this.#lexicon.stem),
        ...concepts.flatMap(({ guess }) => guess ?? []),
      ]),
      meaning: meaningOf(concepts, this.#lexicon),
    };
  }

  /** A score for each of the tools, in their order: 1 is a good one, 2 all that can be. */
  score(request: Request, tools: readonly number[], similarities?: Similarities): Float64Array {
    const lexical = new LexicalScores(this.#index, tools);
    const words = lexical.scoreAll(request.concepts, this.#conceptWeights(request.concepts));
    const explained = explainedBy(request.concepts);
    return Float64Array.from(
      tools,
      (tool, at) =>
        (words[at] ?? 0) +
        WEIGHTS.meaning * (similarities?.of(tool) ?? this.#cosine(request.meaning, tool)) +
        this.#nameScore(request, tool, explained) +
        this.#actionScore(request.action, tool),
    );
  }

  #conceptsOf(words: readonly string[]): Concept[] {
    return conceptsOf(words, {
      lexicon: this.#lexicon,
      index: this.#index,
      guess: (word) => this.#typos.guess(word),
    });
  }

  #isVerbOrServer([word = "", ...rest]: readonly string[]): boolean {
    return rest.length === 0 && (isVerb(word) || this.#index.isBrand(word));
  }

  /** A verb before the first object has been counted as the action. */
  #conceptWeights(concepts: readonly Concept[]): number[] {
    let isBeforeObject = true;
    return concepts.map(({ own }) => {
      const isLoneVerb = own.length === 1 && isVerb(own[0] ?? "");
      if (own.length > 0 && !isLoneVerb) isBeforeObject = false;
      return isLoneVerb && isBeforeObject ? WEIGHTS.actionWord : 1;
    });
  }

  #cosine(meaning: Float32Array, tool: number): number {
    const { vectors } = this.#index;
    const start = tool * DIMENSIONS;
    let sum = 0;
    for (let at = 0; at < DIMENSIONS; at++) sum += (meaning[at] ?? 0) * (vectors[start + at] ?? 0);
    return sum / 127;
  }

  #nameScore(request: Request, tool: number, explained: ReadonlyMap<string, number>): number {
    const words = this.#index.nameWords(tool);
    const server = this.#index.serverWords(tool);
    const own = words.filter((word) => !server.has(word));
    return (
      WEIGHTS.nameCoverage * coverage(own, explained) +
      WEIGHTS.head * headCoverage(request.head, words) +
      (this.#isNamed(server, request.stems) ? WEIGHTS.server : 0)
    );
  }

  #isNamed(server: ReadonlySet<string>, stems: ReadonlySet<string>): boolean {
    const words = [...server].filter((word) => !GENERIC_SERVER_WORDS.has(word));
    const isBrandNamed = words.some((word) => stems.has(word) && this.#index.isBrand(word));
    return isBrandNamed || (words.length > 0 && words.every((word) => stems.has(word)));
  }

  #actionScore(wanted: Action | undefined, tool: number): number {
    if (wanted === undefined) return 0;
    const traits = this.#index.traits[tool] ?? 0;
    const action = actionIn(traits);
    if (action === wanted) return WEIGHTS.action;
    if (isDescribed(traits, wanted)) return WEIGHTS.action * WEIGHTS.describedAction;
    if (action === undefined) return 0;
    return WEIGHTS.action * (areRelated(wanted, action) ? WEIGHTS.relatedAction : -1);
  }
}

function isVerb(stem: string): boolean {
  return actionOf(stem) !== undefined;
}

/** Stems that names of servers hold and that tell none from another. */
const GENERIC_SERVER_WORDS = new Set(["mcp", "server", "api", "tool", "servic", "the", "offici"]);
const HEAD_CONCEPTS = 2;
/** Synonyms say what is meant where the words themselves have no vector. */
const SYNONYM_MEANING = 0.5;

function meaningOf(concepts: readonly Concept[], { vectors }: Lexicon): Float32Array {
  const sum = new Float32Array(DIMENSIONS);
  for (const { own, synonyms, guess } of concepts) {
    const words = guess === undefined ? own : [guess];
    for (const word of words) vectors.add(sum, word, 1);
    if (words.some((word) => vectors.has(word))) continue;
    for (const word of synonyms.flatMap((synonym) => synonym.words)) {
      vectors.add(sum, word, SYNONYM_MEANING / synonyms.length);
    }
  }
  return normalize(sum);
}

/** How much of what a name says was asked for: `list_instances` before `list_instance_types`. */
function coverage(words: readonly string[], explained: ReadonlyMap<string, number>): number {
  let covered = 0;
  for (const word of words) covered += explained.get(word) ?? 0;
  return words.length === 0 ? 0 : covered / words.length;
}

/** How well each word is accounted for by what was asked. */
function explainedBy(concepts: readonly Concept[]): Map<string, number> {
  const explained = new Map<string, number>();
  const explain = (words: readonly string[], weight: number) => {
    for (const word of words) explained.set(word, Math.max(weight, explained.get(word) ?? 0));
  };
  for (const { own, ownWeight, synonyms } of concepts) {
    explain(own, ownWeight);
    for (const { words, weight } of synonyms) explain(words, weight);
  }
  return explained;
}

/** The share of what a request is about that stands in a name. */
function headCoverage(head: readonly Concept[], name: readonly string[]): number {
  if (head.length === 0) return 0;
  const sum = head.reduce((total, concept) => {
    const explained = explainedBy([concept]);
    return total + name.reduce((most, word) => Math.max(most, explained.get(word) ?? 0), 0);
  }, 0);
  return sum / head.length;
}
