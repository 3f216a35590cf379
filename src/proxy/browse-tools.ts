import type { CatalogServer } from "../catalog/catalog.ts";
import { firstSentence } from "../core/first-sentence.ts";
import { oneLine } from "../core/one-line.ts";
import { toolLine } from "../core/tool-line.ts";
import type { CatalogTool } from "../core/tool.ts";
import type { ToolFilter } from "../search/query.ts";
import type { Services } from "./services.ts";

/** What part of the hits, or of the tools, is shown. */
export interface Page {
  /** From 1. */
  readonly number: number;
  readonly size: number;
}

/** Entries on a page of names and servers; they are short. */
const MIN_PAGE = 20;

/** The servers, or the tools of those that are asked for, page by page. */
export async function browseTools(
  filter: ToolFilter,
  page: Page,
  services: Services,
): Promise<string> {
  const isAboutTools = filter.servers.length > 0 || filter.isReadOnly;
  const entries = isAboutTools
    ? await fittingTools(filter, services)
    : [...services.catalog.servers().values()];
  if (entries.length === 0)
    return isAboutTools ? "No such tools." : "No server has listed any tools.";
  const size = Math.max(page.size, MIN_PAGE);
  const pages = Math.ceil(entries.length / size);
  const shown = entries.slice((page.number - 1) * size, page.number * size).map(lineOf);
  if (shown.length === 0) return `There are only ${pages} pages.`;
  const kind = isAboutTools ? "tools" : "servers";
  const foot = `page ${page.number} of ${pages} (${entries.length} ${kind})`;
  return pages === 1 ? shown.join("\n") : `${shown.join("\n")}\n\n${foot}`;
}

async function fittingTools(
  { servers, isReadOnly }: ToolFilter,
  { catalog, searcher }: Services,
): Promise<CatalogTool[]> {
  const names = servers.length > 0 ? servers : [...catalog.servers().keys()];
  const tools = names.flatMap((name) => catalog.toolsOf(name));
  const readOnly = isReadOnly ? await searcher.readOnlyTools() : undefined;
  return tools.filter(({ qualifiedName }) => readOnly?.has(qualifiedName) ?? true);
}

function lineOf(entry: CatalogTool | CatalogServer): string {
  return "json" in entry ? toolLine(entry) : serverLine(entry);
}

function serverLine({ name, toolCount, title, instructions }: CatalogServer): string {
  const about = oneLine(firstSentence(instructions) || (title ?? "")).trim();
  const count = `${toolCount} ${toolCount === 1 ? "tool" : "tools"}`;
  return `${name} (${count})${about === "" ? "" : `: ${about}`}`;
}
