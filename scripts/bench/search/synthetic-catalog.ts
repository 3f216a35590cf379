import { firstSentence } from "../../../src/core/first-sentence.ts";
import { isRecord, parseTool, type CatalogTool, type Tool } from "../../../src/core/tool.ts";
import { qualifyToolName } from "../../../src/core/tool-name.ts";
import { createRandom } from "../../embeddings/random.ts";

const MOST_TOOLS_OF_A_SERVER = 40;

/**
 * As many tools as asked for, made of real ones: servers with invented names, whose tools have the verb
 * of one real tool and the noun of another, and sentences and parameters of both. The same seed gives
 * the same tools.
 */
export function createSyntheticCatalog(
  models: readonly CatalogTool[],
  { size, seed }: { readonly size: number; readonly seed: number },
): CatalogTool[] {
  const random = createRandom(seed);
  const byServer = [...Map.groupBy(models, ({ server }) => server).values()];
  const pick = <Entry>(entries: readonly Entry[]): Entry => {
    const entry = entries[Math.floor(random() * entries.length)];
    if (entry === undefined) throw new Error("there are no tools to make others of");
    return entry;
  };
  // By way of the server, else one with very many tools would be everywhere.
  const draw = () => parseTool(pick(pick(byServer)));
  const tools = new Map<string, CatalogTool>();
  let server = "";
  for (let left = 0; tools.size < size; left--) {
    if (left <= 0) {
      server = inventedName(pick);
      left = Math.ceil(random() * MOST_TOOLS_OF_A_SERVER);
    }
    const tool = mix(draw(), draw(), server);
    const qualifiedName = qualifyToolName(server, tool.name);
    tools.set(qualifiedName, {
      qualifiedName,
      server,
      name: tool.name,
      json: JSON.stringify(tool),
    });
  }
  return [...tools.values()];
}

const SYLLABLES =
  "ba dor fen gil hax ju kem lor mi nov pra qui rus sel tan ux vor wim yel zar".split(" ");

function inventedName(pick: (entries: readonly string[]) => string): string {
  return [SYLLABLES, SYLLABLES, SYLLABLES, SYLLABLES].map(pick).join("");
}

function mix(one: Tool, other: Tool, server: string): Tool {
  const [verb = "", ...rest] = one.name.split(/[_-]/);
  const nouns = other.name.split(/[_-]/).slice(1);
  const lead = firstSentence(one.description ?? "").replace(/[.…]$/, "");
  const { description = "" } = other;
  const body = description.slice(firstSentence(description).length).replace(/^\S*\s*/, "");
  return {
    name: [verb, ...(nouns.length > 0 ? nouns : rest)].join("_").slice(0, 64),
    description: [lead, `For ${nouns.join(" ")} in ${server}`, body].filter(Boolean).join(". "),
    inputSchema: { type: "object", properties: { ...halfOf(one, 0), ...halfOf(other, 1) } },
  };
}

function halfOf({ inputSchema }: Tool, half: 0 | 1): Record<string, unknown> {
  const properties = isRecord(inputSchema) ? inputSchema.properties : undefined;
  const entries = isRecord(properties) ? Object.entries(properties) : [];
  return Object.fromEntries(entries.filter((_, at) => at % 2 === half));
}
