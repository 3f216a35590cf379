import type { CatalogTool } from "../../../src/core/tool.ts";
import type { EvalCatalog, EvalQuery, EvalSet } from "./data.ts";

/**
 * Every tool asked for by the words of its name, alone and after its server's: whoever knows what a tool
 * is called must get it. Where several are called alike, any of them is right.
 */
export function exactNames(catalog: EvalCatalog): EvalSet {
  const byKey = new Map<string, Set<string>>();
  for (const tool of catalog.tools) {
    for (const name of namesOf(tool)) {
      const called = byKey.get(keyOf(name)) ?? new Set();
      byKey.set(keyOf(name), called.add(tool.qualifiedName));
    }
  }
  const name = `${catalog.name}-names`;
  const queries = catalog.tools.flatMap((tool) =>
    namesOf(tool).map((query): EvalQuery => {
      return { query, groups: [[...(byKey.get(keyOf(query)) ?? [])]], source: name };
    }),
  );
  return { name, catalog, queries };
}

function namesOf({ server, name }: CatalogTool): readonly string[] {
  return [wordsOf(name), `${server} ${wordsOf(name)}`];
}

/** `createIssue` and `create_issue` are asked for as `create issue`. */
function wordsOf(name: string): string {
  const parted = name.replace(/(?<=\p{Lower})(?=\p{Upper})/gu, " ").toLowerCase();
  return parted
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join(" ");
}

function keyOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}
