import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { CatalogTool } from "../../../src/core/tool.ts";
import { qualifyToolName } from "../../../src/core/tool-name.ts";

/** The data that is part of this project; its README says where it comes from. */
export const COMMITTED_DATA = join(import.meta.dir, "../../../test/fixtures/search");

/** A request and the tools that would serve it: any of each group is a hit. */
export interface EvalQuery {
  readonly query: string;
  readonly groups: readonly (readonly string[])[];
  readonly source: string;
}

/** Requests of one kind over one catalog. */
export interface EvalSet {
  readonly name: string;
  readonly catalog: EvalCatalog;
  readonly queries: readonly EvalQuery[];
}

export interface EvalCatalog {
  readonly name: string;
  readonly tools: readonly CatalogTool[];
}

interface EvalTool {
  readonly server: string;
  readonly name: string;
}

/**
 * Reads a folder of `X.catalogue.jsonl` (tools, or the name of another catalogue's file) and
 * `X.queries.jsonl`; each `source` of the queries is a set of its own.
 */
export async function loadSets(folder: string): Promise<EvalSet[]> {
  const names = readdirSync(folder).flatMap(
    (file) => /^(.+)\.queries\.jsonl$/.exec(file)?.[1] ?? [],
  );
  const catalogs = new Map<string, EvalCatalog>();
  const sets: EvalSet[] = [];
  for (const name of names.toSorted()) {
    const owner = await catalogOwner(folder, name);
    const catalog = catalogs.get(owner) ?? (await loadCatalog(folder, owner));
    catalogs.set(owner, catalog);
    const queries = await loadLines<EvalQuery>(join(folder, `${name}.queries.jsonl`));
    for (const [source, own] of Map.groupBy(queries, (query) => query.source)) {
      sets.push({ name: source, catalog, queries: own });
    }
  }
  return sets;
}

async function catalogOwner(folder: string, name: string): Promise<string> {
  const text = await Bun.file(join(folder, `${name}.catalogue.jsonl`)).text();
  return /^(\S+)\.catalogue\.jsonl\s*$/.exec(text)?.[1] ?? name;
}

async function loadCatalog(folder: string, name: string): Promise<EvalCatalog> {
  const tools = await loadLines<EvalTool>(join(folder, `${name}.catalogue.jsonl`));
  return {
    name,
    tools: tools.map(({ server, ...tool }) => ({
      qualifiedName: qualifyToolName(server, tool.name),
      server,
      name: tool.name,
      json: JSON.stringify(tool),
    })),
  };
}

async function loadLines<Entry>(path: string): Promise<Entry[]> {
  const text = await Bun.file(path).text();
  // as: a wrong shape shows at once in what is printed.
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Entry]));
}
