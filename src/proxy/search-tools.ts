import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import { oneLine } from "../core/one-line.ts";
import { toolLine } from "../core/tool-line.ts";
import type { RawJson } from "../rpc/raw-json.ts";
import { parseQuery, type Query } from "../search/query.ts";
import type { SearchResult } from "../search/searcher.ts";
import { missingLine } from "./availability.ts";
import { browseTools, type Page } from "./browse-tools.ts";
import { MAX_SEARCH_LIMIT } from "./meta-tools.ts";
import type { Services } from "./services.ts";
import {
  booleanArgument,
  numberArgument,
  stringArgument,
  type ToolArguments,
} from "./tool-arguments.ts";
import { textResult } from "./tool-result.ts";

/** How long a search waits for the first servers of an empty catalog. */
const FIRST_TOOLS_MS = 4000;
/** Hits that are named after those that are told of. */
const MORE_NAMES = 5;
const NAMED_SERVERS = 20;

/** A compact line for each tool that fits best, then names of more; an empty query browses. */
export async function searchTools(args: ToolArguments, services: Services): Promise<RawJson> {
  const size = numberArgument(args, "limit") ?? services.config.search.defaultLimit;
  const page = {
    number: Math.ceil(numberArgument(args, "page") ?? 1),
    size: Math.min(Math.ceil(size), MAX_SEARCH_LIMIT),
  };
  await services.refresh.firstTools(FIRST_TOOLS_MS);
  const query = checkedQuery(readQuery(args), services);
  const answer =
    query.text === ""
      ? await browseTools(query.filter, page, services)
      : await find(query, page, services);
  const missing = missingLine(services, query.filter.servers);
  return textResult(missing === undefined ? answer : `${answer}\n\n${missing}`);
}

/** Filters may stand in the query or beside it. */
function readQuery(args: ToolArguments): Query {
  const { text, filter } = parseQuery(stringArgument(args, "query") ?? "");
  const server = stringArgument(args, "server")?.trim() ?? "";
  return {
    text,
    filter: {
      servers: server === "" ? filter.servers : [...filter.servers, server],
      isReadOnly: filter.isReadOnly || booleanArgument(args, "read_only"),
    },
  };
}

/** With the servers' names as they are spelt. Throws for a server that there is not. */
function checkedQuery(query: Query, { config }: Services): Query {
  const names = [...config.servers.keys()];
  const servers = query.filter.servers.map((asked) => {
    const known = names.find((name) => name.toLowerCase() === asked.toLowerCase());
    if (known !== undefined) return known;
    const nearest = nearestNames(asked, names);
    const others = (nearest.length > 0 ? nearest : names.slice(0, NAMED_SERVERS)).join(", ");
    throw new McpzipError("ARGUMENTS_INVALID", `there is no server "${tidy(asked)}"`, {
      fix: `ask for one of: ${others}`,
    });
  });
  return { ...query, filter: { ...query.filter, servers } };
}

async function find(query: Query, { number, size }: Page, services: Services): Promise<string> {
  const start = (number - 1) * size;
  const result = await services.searcher.search(query, start + size + MORE_NAMES);
  const tools = result.hits.flatMap(({ id }) => services.catalog.tool(id) ?? []).slice(start);
  const lines = tools.slice(0, size).map(toolLine);
  const more = tools.slice(size).map(({ qualifiedName }) => qualifiedName);
  return [
    lines.length > 0 ? lines.join("\n") : nothingLine(query, number),
    ...(more.length > 0 ? [`more: ${more.join(", ")}`] : []),
    ...notes(result, services),
  ].join("\n\n");
}

function nothingLine({ text }: Query, page: number): string {
  return page > 1 ? `No more tools for "${tidy(text)}".` : `No tool matches "${tidy(text)}".`;
}

/** What the model should know before it takes a hit for what it looked for. */
function notes({ isWeak, searched, total }: SearchResult, services: Services): string[] {
  const isPartial = searched < total;
  return [
    ...(isPartial ? [`searched ${searched} of ${total} tools; the rest is being indexed`] : []),
    ...(isWeak ? [`weak matches; try other words, or a server: ${serverNames(services)}`] : []),
  ];
}

function serverNames({ catalog }: Services): string {
  const names = [...catalog.servers().keys()];
  const rest = names.length - NAMED_SERVERS;
  return names.slice(0, NAMED_SERVERS).join(", ") + (rest > 0 ? `, and ${rest} more` : "");
}

/** What was typed must not be able to look like a line of ours. */
function tidy(text: string): string {
  return oneLine(text).trim();
}
