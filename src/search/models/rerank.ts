import type { Log } from "../../platform/log.ts";
import { EndpointError } from "./endpoint.ts";
import { EndpointHealth } from "./endpoint-health.ts";
import type { GeminiModel } from "./gemini-api.ts";
import { GeminiRanker } from "./gemini-ranker.ts";
import { LruCache } from "../lru-cache.ts";
import { createPrompt, parseRanking } from "./rerank-prompt.ts";

/** A hit under its qualified name, and the line by which the model judges it. */
export interface RerankCandidate {
  readonly id: string;
  readonly line: string;
}

export interface RerankerOptions {
  readonly log: Log;
  readonly deadlineMs?: number;
  readonly restMs?: number;
}

const DEADLINE_MS = 2500;
/** What comes after them is not sent and stays where it is. */
const MAX_CANDIDATES = 50;
const REMEMBERED_RANKINGS = 256;

/** Has a model put the best hits in order. */
export class Reranker {
  readonly #ranker: GeminiRanker;
  readonly #health: EndpointHealth;
  readonly #deadlineMs: number;
  /** Places of the candidates, the best first; by query and lines. */
  readonly #rankings = new LruCache<readonly number[]>(REMEMBERED_RANKINGS);
  readonly #closing = new AbortController();

  constructor(model: GeminiModel, { log, deadlineMs = DEADLINE_MS, restMs }: RerankerOptions) {
    this.#ranker = new GeminiRanker(model);
    this.#deadlineMs = deadlineMs;
    this.#health = new EndpointHealth({
      log,
      subject: "ranking by a model",
      otherwise: "the search's own order stands",
      ...(restMs !== undefined && { restMs }),
    });
  }

  /**
   * The ids best first: all candidates, those that the model left out after the others in their order.
   * Undefined on any error or after the deadline. Never throws.
   */
  async rank(
    query: string,
    candidates: readonly RerankCandidate[],
    signal?: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    const ids = candidates.map(({ id }) => id);
    if (candidates.length < 2 || query.trim() === "") return ids;
    const lines = candidates.slice(0, MAX_CANDIDATES).map(({ line }) => line);
    const ranking = await this.#ranking(query, lines, signal);
    if (ranking === undefined) return undefined;
    const best = ranking.map((place) => ids[place] ?? "");
    return [...new Set([...best, ...ids])];
  }

  /** Ends what is still being asked. */
  close(): void {
    this.#closing.abort();
  }

  async #ranking(
    query: string,
    lines: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly number[] | undefined> {
    const key = new Bun.CryptoHasher("sha256").update(JSON.stringify([query, lines])).digest("hex");
    const known = this.#rankings.get(key);
    if (known !== undefined) return known;
    const signals = [this.#closing.signal, ...(signal === undefined ? [] : [signal])];
    if (this.#health.isResting() || signals.some(({ aborted }) => aborted)) return undefined;
    const deadline = AbortSignal.timeout(this.#deadlineMs);
    try {
      const ranking = await this.#ask(query, lines, AbortSignal.any([...signals, deadline]));
      this.#health.succeeded();
      this.#rankings.set(key, ranking);
      return ranking;
    } catch (error) {
      if (!signals.some(({ aborted }) => aborted)) {
        this.#health.failed(deadline.aborted ? this.#late() : error);
      }
      return undefined;
    }
  }

  async #ask(query: string, lines: readonly string[], signal: AbortSignal): Promise<number[]> {
    const answer = await this.#ranker.ask(createPrompt(query, lines), signal);
    const ranking = parseRanking(answer, lines.length);
    if (ranking.length > 0) return ranking;
    const { host } = this.#ranker;
    // An empty array is an answer too: none of them will do.
    if (Array.isArray(answer) && answer.length === 0) return ranking;
    throw new EndpointError(`${host} did not answer with numbers of the list`, {
      isTemporary: true,
    });
  }

  #late(): EndpointError {
    const message = `${this.#ranker.host} gave no answer within ${this.#deadlineMs} ms`;
    return new EndpointError(message, { isTemporary: true });
  }
}
