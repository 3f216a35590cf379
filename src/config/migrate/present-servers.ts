import { McpzipError } from "../../core/error.ts";
import { isRecord } from "../../core/tool.ts";
import { parseJsonc } from "../parse-jsonc.ts";
import { readSource } from "../read-source.ts";

/** The entries of mcpzip's config as they are written; none when there is no config. Throws CONFIG_INVALID. */
export async function loadServerEntries(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const source = await readSource(path);
    const root = source.text.trim() === "" ? {} : parseJsonc(source);
    return isRecord(root) && isRecord(root.mcpServers) ? root.mcpServers : {};
  } catch (error) {
    if (error instanceof McpzipError && error.code === "CONFIG_NOT_FOUND") return {};
    throw error;
  }
}
