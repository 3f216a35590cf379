import { create, insertMultiple, load, save, search, type RawData } from "@orama/orama";
import { parseTool, type CatalogTool } from "../../../src/core/tool.ts";
import type { Engine, Search } from "./engine.ts";

const SCHEMA = { server: "string", name: "string", description: "string" } as const;

/** Orama with a tool's texts for fields and not one option set, kept on disk by its own save and load. */
export const ORAMA: Engine = {
  build: async (tools, file) => {
    const database = create({ schema: SCHEMA });
    await insertMultiple(database, tools.map(toDocument));
    if (file !== undefined) await Bun.write(file, JSON.stringify(save(database)));
    return searchIn(database);
  },
  restore: async (file) => {
    const database = create({ schema: SCHEMA });
    // as: the file was written by `build`.
    load(database, (await Bun.file(file).json()) as RawData);
    return searchIn(database);
  },
};

function toDocument(tool: CatalogTool) {
  const { description = "" } = parseTool(tool);
  return { id: tool.qualifiedName, server: tool.server, name: tool.name, description };
}

function searchIn(database: ReturnType<typeof create<typeof SCHEMA>>): Search {
  return async (term, limit) => {
    const { hits } = await search(database, { term, limit });
    return hits.map(({ id }) => id);
  };
}
