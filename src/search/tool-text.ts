import { isRecord, parseTool, type CatalogTool } from "../core/tool.ts";

/** A tool in plain words, as a model embeds it: server, name, description, names of its parameters. */
export function toolText(entry: CatalogTool): string {
  const { title, description = "", inputSchema } = parseTool(entry);
  const properties = isRecord(inputSchema) ? inputSchema.properties : undefined;
  const parameters = isRecord(properties) ? Object.keys(properties).join(", ") : "";
  const name = title === undefined ? entry.name : `${entry.name} (${title})`;
  const text = `${entry.server}: ${name}. ${description}`.trim();
  return parameters === "" ? text : `${text} Parameters: ${parameters}`;
}
