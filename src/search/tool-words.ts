import { firstSentence } from "../core/first-sentence.ts";
import { isRecord, parseTool, type CatalogTool, type JsonSchema } from "../core/tool.ts";
import { tokenize } from "./tokenize.ts";

/** The texts of a tool that are searched, each weighed for itself. */
export const FIELDS = ["name", "server", "lead", "description", "parameters"] as const;
export type Field = (typeof FIELDS)[number];

type Stem = (word: string) => string;

const NAME_FIELDS: ReadonlySet<Field> = new Set(["name", "server"]);

/** The distinct words of each field, in the order of `FIELDS`. */
export function toolWords(tool: CatalogTool, stem: Stem): string[][] {
  const texts = textsOf(tool);
  return FIELDS.map((field) =>
    tokenize(texts[field], { stem, keepsStopWords: NAME_FIELDS.has(field) }),
  );
}

/** A query of nothing but stop words is meant as it stands. */
export function queryWords(query: string, stem: Stem): string[] {
  const words = tokenize(query, { stem, keepsStopWords: false });
  return words.length > 0 ? words : tokenize(query, { stem, keepsStopWords: true });
}

function textsOf(entry: CatalogTool): Record<Field, string> {
  const { title = "", description = "", inputSchema } = parseTool(entry);
  return {
    name: `${entry.name} ${title}`,
    server: entry.server,
    lead: firstSentence(description),
    description,
    parameters: parameterText(inputSchema),
  };
}

/** Names, descriptions and enum values of the top-level parameters. */
function parameterText(schema: JsonSchema | undefined): string {
  if (!isRecord(schema) || !isRecord(schema.properties)) return "";
  const words = Object.entries(schema.properties).flatMap(([name, property]) => {
    if (!isRecord(property)) return [name];
    const values = Array.isArray(property.enum) ? property.enum.map(String) : [];
    return [name, typeof property.description === "string" ? property.description : "", ...values];
  });
  return words.join(" ");
}
