import { errorMessage } from "../../core/error.ts";
import type { Log } from "../../platform/log.ts";
import { sleep } from "../../platform/sleep.ts";
import type { Embedder } from "./embedder.ts";
import { EndpointError } from "./endpoint.ts";
import type { EndpointHealth } from "./endpoint-health.ts";
import { type StoredVector, toBytes, toStoredVector } from "./vector.ts";
import type { VectorStore } from "./vector-store.ts";

/** Gemini takes 100 texts at once. Fewer let a search in between, on a machine that does one at a time. */
const BATCH_SIZE = 50;
/** A model on a slow machine, which may have to be loaded first. */
const BATCH_TIMEOUT_MS = 60_000;
const BACK_OFF_MS = 1000;
/** An endpoint that asks for more patience is left alone instead. */
const MAX_WAIT_MS = 30_000;
/** Every model takes it; what refuses it refuses us. */
const PLAIN_TEXT = "tool";

export interface DocumentVectorsOptions {
  readonly embedder: Embedder;
  readonly store: VectorStore;
  readonly health: EndpointHealth;
  readonly log: Log;
  readonly batchTimeoutMs?: number | undefined;
  readonly backOffMs?: number | undefined;
}

/**
 * The vectors of the texts that are wanted, by key: from the disk, else from the endpoint, one batch after
 * the other in the background. What fails is tried again when somebody asks after the endpoint's rest.
 */
export class DocumentVectors {
  readonly #options: DocumentVectorsOptions;
  readonly #closing = new AbortController();
  #wanted: ReadonlyMap<string, string> = new Map();
  #vectors = new Map<string, StoredVector>();
  /** Texts that the endpoint does not take. */
  #refused = new Set<string>();
  #batchSize = BATCH_SIZE;
  #attempts = 0;
  #isRunning = false;
  #run = Promise.resolve();

  constructor(options: DocumentVectorsOptions) {
    this.#options = options;
  }

  /** Texts by key; replaces those of the call before. */
  want(texts: ReadonlyMap<string, string>): void {
    this.#wanted = texts;
    this.#refused.clear();
    this.#vectors = new Map([...this.#vectors].filter(([key]) => texts.has(key)));
    this.resume();
  }

  get(key: string): StoredVector | undefined {
    return this.#vectors.get(key);
  }

  /** Fetches what is missing, unless that is going on, has been refused, or the endpoint rests. */
  resume(): void {
    if (this.#isRunning || this.#closing.signal.aborted) return;
    if (this.#options.health.isResting() || this.#missing(1).length === 0) return;
    this.#isRunning = true;
    this.#run = this.#fill();
  }

  /** Forgets the vectors that have not so many numbers: the model behind the name is another one now. */
  keepOnly(length: number): void {
    const others = [...this.#vectors].filter(([, { bytes }]) => bytes.length !== length);
    for (const [key] of others) this.#vectors.delete(key);
    this.#guarded(() => this.#options.store.remove(others.map(([key]) => key)));
    this.resume();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#run;
    this.#options.store.close();
  }

  async #fill(): Promise<void> {
    const before = this.#vectors.size;
    let fetched = 0;
    try {
      for (;;) {
        // Lets what else is going on have its turn: all may be on the disk.
        await Bun.sleep(0);
        if (this.#isStopped()) return;
        const batch = this.#missing(this.#batchSize);
        if (batch.length === 0) break;
        const absent = this.#takeFromDisk(batch);
        if (absent.length > 0) fetched += await this.#fetch(absent);
      }
      this.#guarded(() => this.#options.store.prune());
      this.#report(this.#vectors.size - before, fetched);
    } catch (error) {
      this.#options.log.warn(`search: embeddings: ${errorMessage(error)}`);
    } finally {
      this.#isRunning = false;
    }
  }

  #isStopped(): boolean {
    return this.#closing.signal.aborted || this.#options.health.isResting();
  }

  #missing(limit: number): string[] {
    const missing: string[] = [];
    for (const key of this.#wanted.keys()) {
      if (missing.length === limit) break;
      if (!this.#vectors.has(key) && !this.#refused.has(key)) missing.push(key);
    }
    return missing;
  }

  /** Another process may have fetched some meanwhile. Returns those that are not there. */
  #takeFromDisk(keys: readonly string[]): string[] {
    const found = this.#guarded(() => this.#options.store.load(keys));
    for (const [key, bytes] of found ?? []) this.#keep(key, bytes);
    return keys.filter((key) => !this.#vectors.has(key));
  }

  #keep(key: string, bytes: Int8Array): void {
    const vector = toStoredVector(bytes);
    if (vector !== undefined && this.#wanted.has(key)) this.#vectors.set(key, vector);
  }

  /** How many vectors came. */
  async #fetch(keys: readonly string[]): Promise<number> {
    try {
      const vectors = await this.#embed(keys);
      for (const [key, bytes] of vectors) this.#keep(key, bytes);
      this.#guarded(() => this.#options.store.save(vectors));
      this.#options.health.succeeded();
      this.#attempts = 0;
      this.#batchSize = Math.min(this.#batchSize * 2, BATCH_SIZE);
      return keys.length;
    } catch (error) {
      if (!this.#closing.signal.aborted) await this.#handleFailure(keys, error);
      return 0;
    }
  }

  async #embed(keys: readonly string[]): Promise<ReadonlyMap<string, Int8Array>> {
    const vectors = await this.#request(keys.map((key) => this.#wanted.get(key) ?? ""));
    return new Map(vectors.map((vector, at) => [keys[at] ?? "", toBytes(vector)]));
  }

  async #request(texts: readonly string[]): Promise<Float32Array[]> {
    const { embedder, batchTimeoutMs = BATCH_TIMEOUT_MS } = this.#options;
    const timeout = AbortSignal.timeout(batchTimeoutMs);
    const signal = AbortSignal.any([this.#closing.signal, timeout]);
    try {
      return await embedder.embed(texts, { purpose: "document", signal });
    } catch (error) {
      if (!timeout.aborted) throw error;
      const message = `${embedder.host} gave no answer within ${batchTimeoutMs} ms`;
      throw new EndpointError(message, { isTemporary: true });
    }
  }

  async #handleFailure(keys: readonly string[], error: unknown): Promise<void> {
    if (isRefusalOfTexts(error) && (await this.#isOurTexts(keys))) return;
    const { health, backOffMs = BACK_OFF_MS } = this.#options;
    const wish = error instanceof EndpointError ? (error.retryAfterMs ?? 0) : 0;
    if (wish > MAX_WAIT_MS) health.rest(error);
    else health.failed(error);
    if (health.isResting()) return;
    const waitMs = Math.max(wish, backOffMs * 2 ** this.#attempts);
    this.#attempts += 1;
    await sleep(waitMs, this.#closing.signal);
  }

  /**
   * One server's odd text must not cost all others their vectors: unless the endpoint refuses everything,
   * smaller batches find the one that it does not take.
   */
  async #isOurTexts(keys: readonly string[]): Promise<boolean> {
    try {
      await this.#request([PLAIN_TEXT]);
    } catch {
      // Then the first refusal is what there is to say.
      return false;
    }
    if (keys.length > 1) this.#batchSize = Math.ceil(keys.length / 2);
    else for (const key of keys) this.#refused.add(key);
    return true;
  }

  /** A disk that fails costs money, not the search. */
  #guarded<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#options.log.warn(`search: the vectors on disk: ${errorMessage(error)}`);
      return undefined;
    }
  }

  #report(added: number, fetched: number): void {
    const { embedder, log } = this.#options;
    const refused = this.#refused.size === 0 ? "" : `, ${this.#refused.size} refused`;
    log.debug(
      `search: embeddings: ${added} texts, ${fetched} of them from ${embedder.host}${refused}`,
    );
  }
}

function isRefusalOfTexts(error: unknown): boolean {
  return error instanceof EndpointError && [400, 413, 422].includes(error.status ?? 0);
}
