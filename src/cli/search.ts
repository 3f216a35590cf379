import { firstSentence } from "../core/first-sentence.ts";
import { oneLine } from "../core/one-line.ts";
import { printableJson } from "../core/printable.ts";
import { signatureOf } from "../core/signature.ts";
import { parseTool, type CatalogTool } from "../core/tool.ts";
import { missingServers } from "../proxy/availability.ts";
import type { Services } from "../proxy/services.ts";
import { parseQuery, type Query } from "../search/query.ts";
import type { SearchResult } from "../search/searcher.ts";
import { COMMON_ARGS, JSON_ARG, listOf, textOf } from "./args.ts";
import { wrap } from "./columns.ts";
import type { Command } from "./command.ts";
import { counted } from "./doctor/counted.ts";
import { withServices } from "./open-services.ts";
import { isTerminal, type Output } from "./output.ts";
import { readCount } from "./read-number.ts";
import type { ExitCode } from "./report-error.ts";
import { serversToAsk } from "./servers-to-ask.ts";
import { bold, dim, yellow } from "./style.ts";

const MAX_LIMIT = 50;
const WIDTH = 88;
/** A model gets what is indexed so far; a person waits a little for the rest. */
const INDEX_MS = 10_000;
const LOOK_MS = 50;

/** Finds tools as the model does, on the same catalog. */
export const search: Command = {
  name: "search",
  description: "Find tools on all servers by what they do, as the model does",
  args: {
    query: { type: "positional", isVariadic: true, description: "What the tool should do" },
    limit: { type: "string", valueHint: "number", description: "At most so many tools" },
    server: { type: "string", valueHint: "name", description: "On this server only" },
    "read-only": { type: "boolean", description: "Only tools that change nothing" },
    ...JSON_ARG,
    ...COMMON_ARGS,
  },
  exitCodes: [
    [0, "Something was found"],
    [1, "Nothing was found"],
  ],
  examples: [
    ["search create issue", "On all servers"],
    ["search send message --server slack --json", "On one, for a program"],
  ],
  run: async (flags, context): Promise<ExitCode> => {
    const { output } = context;
    const count = { flag: "limit", command: "search", max: MAX_LIMIT };
    const wanted = readCount(flags.limit, count);
    const { text, filter } = parseQuery(listOf(flags, "query").join(" "));
    const server = textOf(flags, "server");
    const query = {
      text,
      filter: {
        servers: server === undefined ? filter.servers : [...filter.servers, server],
        isReadOnly: filter.isReadOnly || flags["read-only"] === true,
      },
    };
    return withServices({ flags, context }, async ({ services, signal }) => {
      const servers = serversToAsk(query.filter.servers, services);
      await listNew(
        servers.map(({ name }) => name),
        { services, output },
      );
      // Ctrl-C ends the wait, too, and then nothing has been found out.
      signal.throwIfAborted();
      const limit = wanted ?? services.config.search.defaultLimit;
      const result = await searchAll(query, { limit, services });
      const tools = result.hits.flatMap(({ id }) => services.catalog.tool(id) ?? []);
      if (flags.json === true) output.print(printableJson(toJson(tools, result)));
      else
        output.print([...tools.map(describe), notes(result, query, services)].join("\n\n").trim());
      return tools.length > 0 ? 0 : 1;
    });
  },
};

/** Servers that have never listed their tools are asked now, once. */
async function listNew(
  names: readonly string[],
  { services, output }: { readonly services: Services; readonly output: Output },
): Promise<void> {
  const { catalog, config, refresh } = services;
  const known = catalog.servers();
  const fresh = names.flatMap((name) => (known.has(name) ? [] : (config.servers.get(name) ?? [])));
  if (fresh.length === 0) return;
  if (isTerminal(2))
    output.printError(dim(`reading the tools of ${counted(fresh.length, "server")} …`));
  await Promise.all(fresh.map((server) => refresh.refresh(server)));
}

async function searchAll(
  query: Query,
  { limit, services }: { readonly limit: number; readonly services: Services },
): Promise<SearchResult> {
  const deadline = performance.now() + INDEX_MS;
  for (;;) {
    const result = await services.searcher.search(query, limit);
    if (result.searched >= result.total || performance.now() > deadline) return result;
    await Bun.sleep(LOOK_MS);
  }
}

function describe(entry: CatalogTool): string {
  const tool = parseTool(entry);
  const sentence = oneLine(firstSentence(tool.description ?? tool.title)).trim();
  const signature = signatureOf(tool.inputSchema);
  return [
    bold(entry.qualifiedName),
    ...(sentence === "" ? [] : wrap(sentence, WIDTH).map((line) => `  ${line}`)),
    ...(signature === "" ? [] : wrap(signature, WIDTH).map((line) => dim(`  ${line}`))),
  ].join("\n");
}

function notes(
  { hits, isWeak, searched, total }: SearchResult,
  { filter }: Query,
  services: Services,
): string {
  const absent = missingServers(services, filter.servers);
  const missing = absent.map(({ name, reason }) => `${name} (${reason})`);
  return [
    ...(hits.length === 0
      ? ["No tool was found; try other words: a verb, an object, a service."]
      : []),
    ...(hits.length > 0 && isWeak ? [yellow("Nothing fits well; these are the nearest.")] : []),
    ...(searched < total
      ? [yellow(`Searched ${searched} of ${total} tools; try again soon.`)]
      : []),
    ...(missing.length > 0 ? [yellow(`Not searched: ${oneLine(missing.join(", "))}`)] : []),
  ].join("\n");
}

function toJson(tools: readonly CatalogTool[], { hits, isWeak }: SearchResult): string {
  const scores = new Map(hits.map(({ id, score }) => [id, score]));
  const list = tools.map((entry) => {
    const { title, description, inputSchema, annotations } = parseTool(entry);
    return {
      name: entry.qualifiedName,
      server: entry.server,
      title,
      description,
      arguments: signatureOf(inputSchema),
      read_only: annotations?.readOnlyHint === true,
      score: scores.get(entry.qualifiedName),
    };
  });
  return JSON.stringify({ is_weak: isWeak, tools: list }, undefined, 2);
}
