import { join } from "node:path";
import { isRecord } from "../../../src/core/tool.ts";
import { COMMITTED_DATA } from "./data.ts";

/**
 * Writes the committed evaluation data from a folder of the same format, without what no search reads:
 * `bun scripts/bench/search/pack-data.ts FOLDER`. Only sets whose licence allows it are committed; see
 * test/fixtures/search/README.md.
 */
const COMMITTED_SETS = ["A", "B"];

if (import.meta.main) {
  const [folder] = Bun.argv.slice(2);
  if (folder === undefined)
    throw new Error("which folder? bun scripts/bench/search/pack-data.ts FOLDER");
  for (const name of COMMITTED_SETS) {
    await pack(folder, `${name}.catalogue.jsonl`, packTool);
    await pack(folder, `${name}.queries.jsonl`, packQuery);
  }
}

async function pack(
  folder: string,
  file: string,
  packEntry: (entry: Record<string, unknown>) => object,
): Promise<void> {
  const lines = (await Bun.file(join(folder, file)).text()).split("\n").filter(Boolean);
  const packed = lines.map((line) => `${JSON.stringify(packEntry(JSON.parse(line)))}\n`).join("");
  await Bun.write(join(COMMITTED_DATA, file), packed);
  console.log(`${file}: ${lines.length} lines, ${(packed.length / 1e3).toFixed(0)} kB`);
}

/** A tool with its texts, and of its schema what describes the parameters. */
export function packTool(tool: Record<string, unknown>): object {
  const { server, name, title, description, inputSchema, annotations } = tool;
  return { server, name, title, description, inputSchema: packSchema(inputSchema), annotations };
}

function packQuery({ query, groups, source }: Record<string, unknown>): object {
  return { query, groups, source };
}

function packSchema(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const { description, enum: values, properties, items } = schema;
  return {
    description,
    enum: values,
    properties: isRecord(properties)
      ? Object.fromEntries(
          Object.entries(properties).map(([name, each]) => [name, packSchema(each)]),
        )
      : undefined,
    items: isRecord(items) ? packSchema(items) : undefined,
  };
}
