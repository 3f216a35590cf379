import { nearestNames } from "../core/nearest.ts";
import { isRecord } from "../core/tool.ts";
import { checkShape, warnUnknownKeys } from "./check-shape.ts";
import type { Settings } from "./checked-file.ts";
import { embeddingsSchema } from "./embeddings-schema.ts";
import { type Place, reportAt } from "./place.ts";
import type { Report } from "./problem.ts";
import { searchSchema, settingsSchema } from "./schema.ts";

/** The file's own settings, or nothing after a fatal problem has been reported. */
export function checkSettings(raw: unknown, report: Report): Settings | undefined {
  const place: Place = { severity: "fatal", path: [], subject: "", report };
  if (isRecord(raw) && raw.mcpServers === undefined) {
    reportNoServers(raw, place);
    return undefined;
  }
  const settings = checkShape(settingsSchema, { raw, place });
  if (settings === undefined || !isRecord(raw)) return undefined;
  warnUnknownKeys(raw, { known: Object.keys(settingsSchema.shape), place });
  if (isRecord(raw.search)) {
    const searchPlace = { ...place, path: ["search"], subject: "search: " };
    warnUnknownKeys(raw.search, { known: Object.keys(searchSchema.shape), place: searchPlace });
    warnUnknownEmbeddingsKeys(raw.search.embeddings, place);
  }
  return settings;
}

function warnUnknownEmbeddingsKeys(embeddings: unknown, place: Place): void {
  if (!isRecord(embeddings)) return;
  warnUnknownKeys(embeddings, {
    known: Object.keys(embeddingsSchema.shape),
    place: { ...place, path: ["search", "embeddings"], subject: "search.embeddings: " },
  });
}

/** Other clients call the same thing `servers` or `mcp_servers`. */
function reportNoServers(raw: Readonly<Record<string, unknown>>, place: Place): void {
  const known = Object.keys(settingsSchema.shape);
  const others = Object.keys(raw).filter((key) => isRecord(raw[key]) && !known.includes(key));
  const [meant] = nearestNames("mcpServers", others, 1);
  if (meant === undefined) {
    const fix = 'put your servers under "mcpServers": { "<name>": { "command": … } }';
    reportAt(place, { part: "key", message: '"mcpServers" is missing', fix });
    return;
  }
  const message = `"mcpServers" is missing, and "${meant}" is not a known key`;
  const fix = `rename "${meant}" to "mcpServers"`;
  reportAt(place, { path: [meant], part: "key", message, fix });
}
