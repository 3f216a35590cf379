import { constants, Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { type FailureRow, SCHEMA_VERSION, type ServerRow, type ToolRow } from "./store.ts";

/** The catalog's file as it lies on the disk. */
export type CatalogFile =
  | { readonly kind: "none" }
  | { readonly kind: "damaged"; readonly why: string }
  | { readonly kind: "other-version"; readonly version: number }
  | {
      readonly kind: "good";
      readonly bytes: number;
      readonly servers: readonly ServerRow[];
      readonly tools: readonly ToolRow[];
      readonly failures: readonly FailureRow[];
    };

/** Looks a catalog over and changes nothing: opened for use, a damaged file would be set aside. */
export function inspectCatalogFile(path: string): CatalogFile {
  if (!existsSync(path)) return { kind: "none" };
  try {
    using database = openReadOnly(path);
    return read(database, statSync(path).size);
  } catch (error) {
    return { kind: "damaged", why: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Reading a file with a write-ahead log leaves its two companions behind where nobody has it open; then
 * nobody writes either, and SQLite may take it for immutable (https://sqlite.org/uri.html#uriimmutable).
 */
function openReadOnly(path: string): Database {
  if (existsSync(`${path}-wal`)) return new Database(path, { readonly: true });
  const flags = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI;
  return new Database(`${Bun.pathToFileURL(path).href}?immutable=1`, flags);
}

function read(database: Database, bytes: number): CatalogFile {
  const version =
    database.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
  if (version !== SCHEMA_VERSION) return { kind: "other-version", version };
  const check = database.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get();
  if (check?.quick_check !== "ok") return { kind: "damaged", why: check?.quick_check ?? "empty" };
  return {
    kind: "good",
    bytes,
    servers: database.query<ServerRow, []>("SELECT * FROM servers").all(),
    tools: database
      .query<ToolRow, []>("SELECT server, name, json FROM tools ORDER BY server, position")
      .all(),
    failures: database.query<FailureRow, []>("SELECT * FROM failures").all(),
  };
}
