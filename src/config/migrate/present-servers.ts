import { McpzipError } from "../../core/error.ts";
import { isRecord } from "../../core/tool.ts";
import { checkSettings } from "../check-settings.ts";
import { sortFindings } from "../findings.ts";
import { parseJsonc } from "../parse-jsonc.ts";
import type { Problem } from "../problem.ts";
import { readSource } from "../read-source.ts";
import type { Source } from "../source.ts";

/**
 * The entries of mcpzip's config as they are written; none when there is no config. Throws CONFIG_INVALID,
 * also for settings that mcpzip would not start with: clients would lose what is moved into such a file.
 */
export async function loadServerEntries(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const source = await readSource(path);
    const root = source.text.trim() === "" ? {} : parseJsonc(source);
    refuseUnusable(root, source);
    return isRecord(root) && isRecord(root.mcpServers) ? root.mcpServers : {};
  } catch (error) {
    if (error instanceof McpzipError && error.code === "CONFIG_NOT_FOUND") return {};
    throw error;
  }
}

function refuseUnusable(root: unknown, source: Source): void {
  const problems: Problem[] = [];
  // A file without servers gets them now.
  const filled = isRecord(root) ? { mcpServers: {}, ...root } : root;
  const settings = checkSettings(filled, (problem) => void problems.push(problem));
  const { fatal } = sortFindings(problems, source);
  if (settings === undefined && fatal !== undefined) throw fatal;
}
