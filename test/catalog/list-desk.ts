import type { ListOptions } from "../../src/catalog/refresh.ts";
import type { ServerConfig } from "../../src/config/config.ts";
import type { ServerListing } from "../../src/core/tool.ts";

/** Servers that list their tools when the test says so; one whose wait is aborted fails at once. */
export class ListDesk {
  /** The servers asked, in their order. */
  readonly asked: string[] = [];
  mostAtOnce = 0;
  readonly #waiting = new Map<string, PromiseWithResolvers<ServerListing>>();
  #onAsked: () => void = () => {};

  readonly list = async (server: ServerConfig, { signal }: ListOptions): Promise<ServerListing> => {
    const answer = Promise.withResolvers<ServerListing>();
    signal.addEventListener("abort", () => answer.reject(signal.reason));
    this.asked.push(server.name);
    this.#waiting.set(server.name, answer);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#waiting.size);
    this.#onAsked();
    return answer.promise;
  };

  answer(server: string, listing: ServerListing): void {
    this.#take(server)?.resolve(listing);
  }

  fail(server: string, error: Error): void {
    this.#take(server)?.reject(error);
  }

  /** Resolves when a server has been asked `times` times. */
  async untilAsked(server: string, times = 1): Promise<void> {
    while (this.asked.filter((name) => name === server).length < times) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onAsked = resolve;
      await promise;
    }
  }

  #take(server: string): PromiseWithResolvers<ServerListing> | undefined {
    const answer = this.#waiting.get(server);
    this.#waiting.delete(server);
    return answer;
  }
}
