import { firstSentence } from "../core/first-sentence.ts";
import { oneLine } from "../core/one-line.ts";
import { signatureOf } from "../core/signature.ts";
import { parseTool, type CatalogTool } from "../core/tool.ts";
import type { RawJson } from "../rpc/raw-json.ts";
import { missingLine } from "./availability.ts";
import { MAX_SEARCH_LIMIT } from "./meta-tools.ts";
import type { Services } from "./services.ts";
import { numberArgument, stringArgument, type ToolArguments } from "./tool-arguments.ts";
import { textResult } from "./tool-result.ts";

/** How long a search waits for the first servers of an empty catalog. */
const FIRST_TOOLS_MS = 4000;

/** One compact line for each tool that fits; an empty query lists the servers. */
export async function searchTools(args: ToolArguments, services: Services): Promise<RawJson> {
  const query = (stringArgument(args, "query") ?? "").trim();
  const wanted = numberArgument(args, "limit") ?? services.config.search.defaultLimit;
  const limit = Math.min(Math.ceil(wanted), MAX_SEARCH_LIMIT);
  await services.refresh.firstTools(FIRST_TOOLS_MS);
  const answer = query === "" ? listServers(services) : await findTools(query, limit, services);
  const missing = missingLine(services);
  return textResult(missing === undefined ? answer : `${answer}\n\n${missing}`);
}

/** `server__tool: first sentence [channel:string*, text:string*]` */
export function toolLine(entry: CatalogTool): string {
  const tool = parseTool(entry);
  const sentence = tidy(firstSentence(tool.description ?? tool.title));
  const signature = tidy(signatureOf(tool.inputSchema));
  const described = sentence === "" ? entry.qualifiedName : `${entry.qualifiedName}: ${sentence}`;
  return signature === "" ? described : `${described} [${signature}]`;
}

async function findTools(query: string, limit: number, services: Services): Promise<string> {
  const names = await services.searcher.search(query, limit);
  const lines = names.flatMap((name) => {
    const tool = services.catalog.tool(name);
    return tool === undefined ? [] : [toolLine(tool)];
  });
  return lines.length > 0 ? lines.join("\n") : noMatch(query, limit, services);
}

/** A miss still helps: with all tools where they are few, else with the servers. */
function noMatch(query: string, limit: number, services: Services): string {
  const { tools } = services.catalog.snapshot();
  const rest =
    tools.length > 0 && tools.length <= limit
      ? tools.map(toolLine).join("\n")
      : listServers(services);
  return `No tool matches "${tidy(query)}"; try other words (verb, object, service). There are:\n${rest}`;
}

function listServers(services: Services): string {
  const servers = [...services.catalog.servers().values()];
  if (servers.length === 0) return "No server has listed any tools.";
  const lines = servers.map(({ name, toolCount, title, instructions }) => {
    const about = tidy(firstSentence(instructions) || (title ?? ""));
    return `${name} (${toolCount} ${toolCount === 1 ? "tool" : "tools"})${about === "" ? "" : `: ${about}`}`;
  });
  return lines.join("\n");
}

/** Upstream texts must not be able to look like a line of ours. */
function tidy(text: string): string {
  return oneLine(text).trim();
}
