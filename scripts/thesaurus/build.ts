import { join } from "node:path";
import { compileThesaurus } from "./compile-thesaurus.ts";

const SEARCH = join(import.meta.dir, "../../src/search");

/** The table that is built into mcpzip, made of `src/search/thesaurus/*.txt`. */
export const TABLE = join(SEARCH, "thesaurus.bin");

/** What the table should hold. */
export function currentTable(): Uint8Array {
  return Bun.zstdCompressSync(compileThesaurus(join(SEARCH, "thesaurus")), { level: 19 });
}

if (import.meta.main) {
  const table = currentTable();
  await Bun.write(TABLE, table);
  console.log(`${TABLE}: ${(table.length / 1000).toFixed(0)} kB`);
}
