import type { CatalogTool } from "../../src/core/tool.ts";
import type { SearchedServer } from "../../src/search/segment-set.ts";
import type { SearchSource } from "../../src/search/searcher.ts";
import { catalogTool } from "../catalog/examples.ts";

/** A catalog of servers whose tools are told by their names, or whole; it may change and fail at any time. */
export class ChangingSource implements SearchSource {
  /** The servers whose tools were asked for, in the order of asking. */
  readonly asked: string[] = [];
  /** Thrown in place of the tools of the servers of these names. */
  readonly failures = new Map<string, Error>();
  failure: Error | undefined;
  title: string | undefined;
  /** Called when a server's tools are asked for. */
  onAsk: (server: string) => void = () => {};
  readonly #tools = new Map<string, readonly CatalogTool[]>();

  constructor(tools: Readonly<Record<string, readonly string[]>> = {}) {
    for (const [server, names] of Object.entries(tools)) this.set(server, ...names);
  }

  set(server: string, ...names: readonly string[]): void {
    this.setTools(
      server,
      names.map((name) => catalogTool(server, name)),
    );
  }

  setTools(server: string, tools: readonly CatalogTool[]): void {
    this.#tools.set(server, tools);
  }

  remove(server: string): void {
    this.#tools.delete(server);
  }

  version(): string {
    if (this.failure !== undefined) throw this.failure;
    return this.servers()
      .map(({ name, toolsHash }) => `${name} ${toolsHash} ${this.title}`)
      .join("\n");
  }

  servers(): readonly SearchedServer[] {
    return [...this.#tools].map(([name, tools]) => ({
      name,
      title: this.title,
      toolCount: tools.length,
      toolsHash: new Bun.CryptoHasher("sha256").update(JSON.stringify(tools)).digest("hex"),
    }));
  }

  toolsOf(server: string): readonly CatalogTool[] {
    this.asked.push(server);
    this.onAsk(server);
    const failure = this.failures.get(server);
    if (failure !== undefined) throw failure;
    return this.#tools.get(server) ?? [];
  }

  tool(qualifiedName: string): CatalogTool | undefined {
    const all = [...this.#tools.values()].flat();
    return all.find((tool) => tool.qualifiedName === qualifiedName);
  }
}
