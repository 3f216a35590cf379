import { checkServer } from "./check-server.ts";
import { checkSettings } from "./check-settings.ts";
import type { CheckedFile, ServerEntry } from "./checked-file.ts";
import type { Report } from "./problem.ts";

/** The part of the file that the schema accepts, or nothing after a fatal problem has been reported. */
export function checkFile(raw: unknown, report: Report): CheckedFile | undefined {
  const settings = checkSettings(raw, report);
  if (settings === undefined) return undefined;
  const entries = new Map<string, ServerEntry>();
  for (const [name, value] of Object.entries(settings.mcpServers)) {
    const entry = checkServer(name, { raw: value, report });
    if (entry !== undefined) entries.set(name, entry);
  }
  return { settings, entries };
}
