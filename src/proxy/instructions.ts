import type { CatalogServer } from "../catalog/catalog.ts";

const INTRODUCTION =
  "mcpzip gives access to the tools of several MCP servers. Find a tool with search_tools, call it with execute_tool. ";

/** Tokens for the list of servers; the sentence before it takes some 35. */
const LIST_BUDGET = 340;
/** " (", a count, ")" and the comma. */
const FRAME_COST = 5;

/**
 * Tells the model which servers there are to search, with their tool counts, within a fixed budget:
 * the largest first, the rest as a number. `names`: every server in use, listed or not yet.
 */
export function instructionsFor(
  names: readonly string[],
  servers: ReadonlyMap<string, CatalogServer>,
): string {
  const bySize = names.toSorted((a, b) => toolCount(b, servers) - toolCount(a, servers));
  const parts: string[] = [];
  let cost = 0;
  for (const name of bySize) {
    const count = servers.get(name)?.toolCount;
    const part = count === undefined ? name : `${name} (${count})`;
    cost += FRAME_COST + nameCost(name);
    if (cost > LIST_BUDGET) break;
    parts.push(part);
  }
  if (bySize.length === 0) return `${INTRODUCTION}No server is configured for use.`;
  const hidden = bySize.length - parts.length;
  const rest = hidden > 0 ? `, and ${hidden} more` : "";
  return `${INTRODUCTION}Servers (tools): ${parts.join(", ")}${rest}.`;
}

function toolCount(name: string, servers: ReadonlyMap<string, CatalogServer>): number {
  return servers.get(name)?.toolCount ?? 0;
}

/** At least as many tokens as common tokenizers make of a name: a few letters each, digits by twos. */
function nameCost(name: string): number {
  const runs = name.match(/[a-z]+|\d+|[^a-z\d]/g) ?? [];
  return runs.reduce((sum, run) => sum + Math.ceil(run.length / (/\d/.test(run) ? 2 : 4)), 0);
}
