import { firstSentence } from "../core/first-sentence.ts";
import { isRecord, parseTool, type CatalogTool, type JsonSchema } from "../core/tool.ts";
import type { Action } from "./action.ts";
import { actionOf, firstAction, type Traits } from "./actions.ts";
import { isPlural } from "./plural.ts";
import type { Stem } from "./stem.ts";
import { wordsOf } from "./tokenize.ts";
import type { DistinctOptions, Vocabulary } from "./vocabulary.ts";

/** The texts of a tool that are searched, each weighed for itself. */
export const FIELDS = [
  "name",
  "server",
  "lead",
  "description",
  "parameters",
  "parameterTexts",
] as const;
export type Field = (typeof FIELDS)[number];

/** What the index keeps of a tool. */
export interface ToolWords {
  /** The distinct words of each field, in the order of `FIELDS`, as numbers of the vocabulary. */
  readonly fields: readonly (readonly number[])[];
  readonly traits: Traits;
}

export interface ReadToolOptions {
  readonly vocabulary: Vocabulary;
  readonly serverTitle?: string | undefined;
}

/** Parameters of parameters are read too, theirs not. */
const SCHEMA_DEPTH = 2;
/** No honest text is longer, and every word takes its place in the index. */
const MAX_TEXT_LENGTH = 20_000;
/** How many of the first words of a description may be its verb. */
const LEAD_VERBS = 4;
/** The text that these words are looked for in. */
const LEAD_LENGTH = 60;
const READING: ReadonlySet<Action> = new Set(["read", "list", "search"]);

/** Takes a tool apart for the index. */
export function readTool(entry: CatalogTool, options: ReadToolOptions): ToolWords {
  const { vocabulary, serverTitle = "" } = options;
  const { stem } = vocabulary;
  const wordsIn = (text: string, how: Partial<DistinctOptions> = {}) =>
    vocabulary.distinct(text.slice(0, MAX_TEXT_LENGTH), { keepsStopWords: false, ...how });
  const { title = "", description = "", inputSchema, annotations } = parseTool(entry);
  const parameters = parameterTexts(inputSchema, SCHEMA_DEPTH);
  const lead = firstSentence(description);
  const inLead = wordsIn(lead);
  const words: Record<Field, readonly number[]> = {
    name: wordsIn(`${entry.name} ${title}`, { keepsStopWords: true }),
    server: wordsIn(`${entry.server} ${serverTitle}`, { keepsStopWords: true }),
    lead: inLead,
    // Most begin with what has just been read.
    description: description.startsWith(lead)
      ? wordsIn(description.slice(lead.length), { before: inLead })
      : wordsIn(description),
    parameters: wordsIn(parameters.names.join(" ")),
    parameterTexts: wordsIn(parameters.texts.join(" ")),
  };
  const leadWords = wordsOf(lead.slice(0, LEAD_LENGTH)).slice(0, LEAD_VERBS).map(stem);
  const named = nameAction(entry.name, stem);
  const action = named ?? firstAction(leadWords);
  const described = new Set(leadWords.flatMap((word) => actionOf(word) ?? []));
  return {
    fields: FIELDS.map((field) => words[field]),
    traits: { action, described: [...described], isReadOnly: isReading(annotations, named) },
  };
}

/** `list_schedules` schedules nothing: what is plural is no verb. */
function nameAction(name: string, stem: Stem): Action | undefined {
  const words = wordsOf(name).filter((word) => !isPlural(word));
  return firstAction(words.map(stem));
}

/** A server that says nothing is believed by the tool's name; `Reads a file and imports it` is no name. */
function isReading(
  annotations: Readonly<Record<string, unknown>> | undefined,
  named: Action | undefined,
): boolean {
  if (typeof annotations?.readOnlyHint === "boolean") return annotations.readOnlyHint;
  if (annotations?.destructiveHint === true) return false;
  return named !== undefined && READING.has(named);
}

interface ParameterTexts {
  readonly names: readonly string[];
  /** Descriptions, and the values that a parameter may take. */
  readonly texts: readonly string[];
}

function parameterTexts(schema: unknown, depth: number): ParameterTexts {
  const none = { names: [], texts: [] };
  if (depth === 0 || !isRecord(schema) || !isRecord(schema.properties)) return none;
  const all = Object.entries(schema.properties).map(([name, property]) => {
    if (!isRecord(property)) return { names: [name], texts: [] };
    const inner = parameterTexts(nestedSchema(property), depth - 1);
    return {
      names: [name, ...inner.names],
      texts: [...ownTexts(property), ...inner.texts],
    };
  });
  return {
    names: all.flatMap(({ names }) => names),
    texts: all.flatMap(({ texts }) => texts),
  };
}

function nestedSchema(property: Record<string, unknown>): JsonSchema | undefined {
  if (isRecord(property.items)) return property.items;
  return property;
}

function ownTexts({ description, enum: values }: Record<string, unknown>): string[] {
  const texts = typeof description === "string" ? [description] : [];
  return Array.isArray(values) ? [...texts, ...values.map(String)] : texts;
}
