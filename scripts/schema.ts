import { mkdir } from "node:fs/promises";
import * as z from "zod/mini";
import { createFileSchema } from "../src/config/schema.ts";
import { SCHEMA_ADDRESS } from "../src/config/schema-address.ts";

/** Where the schema lies in the repository, which is where its address leads. */
export const SCHEMA_FILE = "schema/mcpzip.schema.json";

/** The JSON Schema of the config file, for editors; `io: "input"`, since what has a default may be left out. */
export function schemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(createFileSchema(), { io: "input" });
  // The last two are VS Code's own, which else complains of what mcpzip takes gladly.
  const head = {
    $schema,
    $id: SCHEMA_ADDRESS,
    title: "mcpzip configuration",
    allowComments: true,
    allowTrailingCommas: true,
  };
  return `${JSON.stringify({ ...head, ...schema }, undefined, 2)}\n`;
}

if (import.meta.main) {
  await mkdir("schema", { recursive: true });
  await Bun.write(SCHEMA_FILE, schemaText());
  Bun.spawnSync([process.execPath, "fmt", SCHEMA_FILE]);
  console.log(`${SCHEMA_FILE} is written`);
}
