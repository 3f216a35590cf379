import type { Log } from "../../platform/log.ts";
import { DocumentVectors } from "./document-vectors.ts";
import type { Embedder } from "./embedder.ts";
import { EndpointError } from "./endpoint.ts";
import { EndpointHealth } from "./endpoint-health.ts";
import { LruCache } from "../lru-cache.ts";
import { cosine } from "./vector.ts";
import { vectorKey, type VectorStore } from "./vector-store.ts";

/** A tool's text under its qualified name. */
export interface EmbeddedText {
  readonly id: string;
  readonly text: string;
}

export interface ToolEmbeddingsOptions {
  readonly embedder: Embedder;
  readonly store: VectorStore;
  readonly log: Log;
  /** How long a search waits for its query's vector. */
  readonly deadlineMs?: number;
  readonly batchTimeoutMs?: number;
  readonly backOffMs?: number;
  readonly restMs?: number;
}

const DEADLINE_MS = 800;
/** A query's vector that comes too late is still worth having; and it woke a model up. */
const QUERY_TIMEOUT_MS = 20_000;
/** Some 500 tokens, which every model takes. */
const MAX_TEXT_LENGTH = 2000;
const REMEMBERED_QUERIES = 256;
/** With fewer vectors than for this share of the tools, the others would be at a disadvantage. */
const MIN_READY = 0.9;

/** The tools' vectors from a model, made in the background and compared with a query's. */
export class ToolEmbeddings {
  readonly #options: ToolEmbeddingsOptions;
  readonly #health: EndpointHealth;
  readonly #documents: DocumentVectors;
  readonly #queries = new LruCache<Promise<Float32Array>>(REMEMBERED_QUERIES);
  readonly #closing = new AbortController();
  /** The key of each tool's vector. */
  #keys: ReadonlyMap<string, string> = new Map();
  #hasRenewed = false;

  constructor(options: ToolEmbeddingsOptions) {
    const { embedder, store, log, restMs, batchTimeoutMs, backOffMs } = options;
    this.#options = options;
    this.#health = new EndpointHealth({
      log,
      subject: "embeddings",
      otherwise: "the built-in vectors are used",
      ...(restMs !== undefined && { restMs }),
    });
    const health = this.#health;
    this.#documents = new DocumentVectors({
      embedder,
      store,
      health,
      log,
      batchTimeoutMs,
      backOffMs,
    });
  }

  /** Embeds in the background what the cache lacks; a new call replaces the wish list of the one before. */
  prepare(tools: readonly EmbeddedText[]): void {
    if (this.#closing.signal.aborted) return;
    const texts = new Map<string, string>();
    const keys = new Map<string, string>();
    for (const { id, text } of tools) {
      // No endpoint takes an empty text.
      const clipped = clip(text) || clip(id);
      const key = vectorKey(this.#options.embedder.space, clipped);
      texts.set(key, clipped);
      keys.set(id, key);
    }
    this.#keys = keys;
    this.#documents.want(texts);
  }

  /**
   * The cosine of the query with every tool that has a vector, or undefined when too few are ready, on any
   * error, or after the deadline. Sends the query only when there is something to compare it with.
   */
  async similarities(
    query: string,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, number> | undefined> {
    this.#documents.resume();
    const text = clip(query);
    if (text === "" || !this.#isReady() || signal?.aborted === true) return undefined;
    const known = this.#queries.get(text);
    if (known === undefined && this.#isOff()) return undefined;
    const vector = await this.#inTime(known ?? this.#request(text), signal);
    return vector && this.#compare(vector);
  }

  /** Stops background work and resolves when what was fetched is on disk. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#documents.close();
  }

  #isOff(): boolean {
    return this.#closing.signal.aborted || this.#health.isResting();
  }

  #isReady(): boolean {
    const keys = [...this.#keys.values()];
    const ready = keys.filter((key) => this.#documents.get(key) !== undefined).length;
    return ready > 0 && ready >= keys.length * MIN_READY;
  }

  /** Remembered at once, so that equal queries share one request. */
  #request(text: string): Promise<Float32Array> {
    const request = this.#embed(text);
    this.#queries.set(text, request);
    request.catch((error: unknown) => {
      if (this.#queries.get(text) === request) this.#queries.delete(text);
      if (!this.#closing.signal.aborted) this.#health.failed(error);
    });
    return request;
  }

  async #embed(text: string): Promise<Float32Array> {
    const { embedder } = this.#options;
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(QUERY_TIMEOUT_MS)]);
    const [vector] = await embedder.embed([text], { purpose: "query", signal });
    if (vector === undefined) throw new EndpointError(`${embedder.host} answered with no vector`);
    return vector;
  }

  /** The vector if it comes in time; a request that is late goes on for the next search. */
  async #inTime(
    request: Promise<Float32Array>,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array | undefined> {
    const { embedder, deadlineMs = DEADLINE_MS } = this.#options;
    const { promise: over, resolve } = Promise.withResolvers<"late" | "given up">();
    const timer = setTimeout(() => resolve("late"), deadlineMs);
    const giveUp = () => resolve("given up");
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      const first = await Promise.race([request, over]);
      if (first instanceof Float32Array) {
        this.#health.succeeded();
        return first;
      }
      if (first === "late") {
        const message = `${embedder.host} gave no answer within ${deadlineMs} ms`;
        this.#health.failed(new EndpointError(message, { isTemporary: true }));
      }
      return undefined;
    } catch {
      // Whoever made the request has seen to it.
      return undefined;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    }
  }

  #compare(query: Float32Array): ReadonlyMap<string, number> | undefined {
    const similarities = new Map<string, number>();
    for (const [id, key] of this.#keys) {
      const vector = this.#documents.get(key);
      if (vector?.bytes.length === query.length) similarities.set(id, cosine(query, vector));
    }
    if (similarities.size > 0 && similarities.size >= this.#keys.size * MIN_READY) {
      return similarities;
    }
    this.#renew(query.length);
    return undefined;
  }

  /** Once only: an endpoint that answers now so, now so, would have all tools embedded again and again. */
  #renew(length: number): void {
    if (this.#hasRenewed) return;
    this.#hasRenewed = true;
    this.#documents.keepOnly(length);
  }
}

/** On one line, without halves of letters, and no longer than models read. */
function clip(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, MAX_TEXT_LENGTH).toWellFormed();
}
