import type { CatalogServer } from "../catalog/catalog.ts";

const INTRODUCTION =
  "mcpzip gives access to the tools of several MCP servers. Find a tool with search_tools, call it with execute_tool. ";

/** In characters per token, what names and numbers cost at worst in common tokenizers. */
const LIST_BUDGET = 1000;

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
    cost += tokenCost(part);
    if (cost > LIST_BUDGET) break;
    parts.push(part);
  }
  const hidden = bySize.length - parts.length;
  const rest = hidden > 0 ? `, and ${hidden} more` : "";
  return `${INTRODUCTION}Servers (tools): ${parts.join(", ")}${rest}.`;
}

function toolCount(name: string, servers: ReadonlyMap<string, CatalogServer>): number {
  return servers.get(name)?.toolCount ?? 0;
}

/** In thirds of a token: a letter one, anything else two; a separator costs a whole one. */
function tokenCost(part: string): number {
  const letters = part.match(/[a-z]/gi)?.length ?? 0;
  return letters + 2 * (part.length - letters) + 3;
}
