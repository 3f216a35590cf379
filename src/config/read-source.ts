import { errorMessage, McpzipError } from "../core/error.ts";
import { isRecord } from "../core/tool.ts";
import type { Source } from "./source.ts";

const NO_FILE_FIX =
  "mcpzip init makes one, mcpzip migrate fills one with your clients' servers; or name another with --config PATH";

/** Reads the file; throws CONFIG_NOT_FOUND, or CONFIG_INVALID when it is there but unreadable. */
export async function readSource(file: string): Promise<Source> {
  try {
    // Drops a byte order mark, and reads the UTF-16 that Windows PowerShell writes.
    return { file, text: await Bun.file(file).text() };
  } catch (cause) {
    throw readError(file, cause);
  }
}

function readError(file: string, cause: unknown): McpzipError {
  const code = isRecord(cause) ? cause.code : undefined;
  if (code === "ENOENT") {
    return new McpzipError("CONFIG_NOT_FOUND", `there is no config file ${file}`, {
      fix: NO_FILE_FIX,
      cause,
    });
  }
  if (code === "EISDIR") {
    const fix = "name the file in it with --config PATH";
    return new McpzipError("CONFIG_INVALID", `${file} is a folder, not a file`, { fix, cause });
  }
  const why = errorMessage(cause);
  const fix = `make it readable: chmod u+r ${file}`;
  return new McpzipError("CONFIG_INVALID", `cannot read ${file}`, { why, fix, cause });
}
