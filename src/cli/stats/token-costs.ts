import type { CatalogFile } from "../../catalog/inspect-file.ts";
import type { Config } from "../../config/config.ts";
import { estimateToolTokens } from "../../core/token-estimate.ts";
import { TOOLS_LIST } from "../../proxy/meta-tools.ts";

export interface ServerCost {
  readonly server: string;
  readonly tools: number;
  /** In each request of a host that shows the server's tools to its model. */
  readonly tokens: number;
}

/** What the tool lists cost, dearest first, as `--json` prints it; all numbers of tokens are estimates. */
export interface TokenCosts {
  readonly servers: readonly ServerCost[];
  /** In use, and never asked for their tools. */
  readonly unknown: readonly string[];
  readonly without_mcpzip: number;
  readonly with_mcpzip: number;
}

export function tokenCosts(config: Config, catalog: CatalogFile): TokenCosts {
  const used = [...config.servers.values()].filter(({ isDisabled }) => !isDisabled);
  const rows = catalog.kind === "good" ? catalog.servers : [];
  const known = new Set(rows.map(({ name }) => name));
  const tools = Map.groupBy(catalog.kind === "good" ? catalog.tools : [], ({ server }) => server);
  const servers = used
    .filter(({ name }) => known.has(name))
    .map(({ name }): ServerCost => {
      const own = tools.get(name) ?? [];
      const tokens = sum(own.map(({ json }) => estimateToolTokens(JSON.parse(json))));
      return { server: name, tools: own.length, tokens };
    });
  const own = TOOLS_LIST.members().get("tools")?.items() ?? [];
  return {
    servers: servers.toSorted((a, b) => b.tokens - a.tokens),
    unknown: used.map(({ name }) => name).filter((name) => !known.has(name)),
    without_mcpzip: sum(servers.map(({ tokens }) => tokens)),
    with_mcpzip: sum(own.map((tool) => estimateToolTokens(tool.parse()))),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
