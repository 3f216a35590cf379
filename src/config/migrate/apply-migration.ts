import { errorMessage, McpzipError } from "../../core/error.ts";
import type { FileProblem } from "../clients/client-file.ts";
import { valueAt } from "../clients/client.ts";
import { rewriteClientText } from "../clients/rewrite-client.ts";
import { editJsonc } from "../edit-jsonc.ts";
import { parseJsonc } from "../parse-jsonc.ts";
import { SCHEMA_ADDRESS } from "../schema-address.ts";
import type { JournalFile } from "./journal.ts";
import type { FileChange, MigrationPlan } from "./plan-migration.ts";
import { replaceText, type ReplaceOptions } from "./replace-text.ts";

export interface Applied {
  /** Files that were written, with their backups; a new file has none. */
  readonly written: readonly { readonly path: string; readonly backup: string | undefined }[];
  /** Clients' files that stayed as they were. */
  readonly problems: readonly FileProblem[];
}

/**
 * Does what a plan says: mcpzip's config first, so that no server is ever missing from both sides, then the
 * clients one by one. Throws when the config cannot be written; a client's file that cannot is reported.
 */
export async function applyMigration(
  plan: MigrationPlan,
  { configFile, ...options }: ReplaceOptions & { readonly configFile: string },
): Promise<Applied> {
  const written: { path: string; backup: string | undefined }[] = [];
  const problems: FileProblem[] = [];
  const added = plan.servers.filter(({ isPresent }) => !isPresent);
  if (added.length > 0) {
    const backup = await addServers(configFile, { added, options });
    written.push({ path: configFile, backup });
  }
  for (const file of plan.files) {
    try {
      const backup = await rewriteClient(file, options);
      if (backup !== undefined) written.push({ path: file.path, backup });
    } catch (error) {
      problems.push({ client: file.client, path: file.path, why: whyOf(error) });
    }
  }
  return { written, problems };
}

function addServers(
  path: string,
  { added, options }: { added: MigrationPlan["servers"]; options: ReplaceOptions },
): Promise<string | undefined> {
  const edits = added.map(({ name, entry }) => ({ path: ["mcpServers", name], value: entry }));
  const names = added.map(({ name }) => name);
  const tables = [{ at: ["mcpServers"], removed: [], added: names }];
  const schema = { path: ["$schema"], value: SCHEMA_ADDRESS };
  return replaceText(
    {
      path,
      client: "mcpzip",
      tables,
      rewrite: (text) => {
        if (text.trim() === "") return editJsonc(text, [schema, ...edits], path);
        refuseTaken(names, { file: path, text });
        return editJsonc(text, edits, path);
      },
    },
    options,
  );
}

/** Another program may have added a server of that name since the plan was made. */
function refuseTaken(names: readonly string[], source: { file: string; text: string }): void {
  const root = parseJsonc(source);
  const taken = names.find((name) => valueAt(root, ["mcpServers", name]) !== undefined);
  if (taken === undefined) return;
  throw new McpzipError("CONFIG_UNWRITABLE", `${source.file} has just been changed`, {
    why: `it has a server "${taken}" now`,
    fix: "run it again",
  });
}

function rewriteClient(
  { client, path, changes }: FileChange,
  options: ReplaceOptions,
): Promise<string | undefined> {
  const tables = changes.map(({ at, removed, added }): JournalFile["tables"][number] => ({
    at: [...at],
    removed: removed.map(([name]) => name),
    added: added.map(([name]) => name),
  }));
  const rewrite = (text: string) => rewriteClientText(client, { file: path, text }, changes);
  return replaceText({ path, client: client.id, tables, rewrite }, options);
}

function whyOf(error: unknown): string {
  const why = error instanceof Error && "why" in error ? error.why : undefined;
  return typeof why === "string" ? why : errorMessage(error);
}
