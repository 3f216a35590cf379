import {
  count,
  create,
  insert,
  load,
  save,
  search,
  type Orama,
  type RawData,
  type Tokenizer,
} from "@orama/orama";
import { tokenizer as oramaTokenizer } from "@orama/orama/components";
import { firstSentence } from "../core/first-sentence.ts";
import { parseTool, isRecord, type CatalogTool, type JsonSchema } from "../core/tool.ts";
import { tokenize } from "./tokenize.ts";

const SCHEMA = {
  name: "string",
  server: "string",
  lead: "string",
  description: "string",
  parameters: "string",
} as const;

/** What a match in a field is worth against one in the description. */
const BOOST = { name: 3, server: 2.5, lead: 1.5, description: 1, parameters: 0.5 };
/** BM25 with little length normalization: tools' texts differ in length for no reason of relevance. */
const RELEVANCE = { k: 1.2, b: 0.3, d: 0.5 };

/** Orama matches prefixes; a terminator on every token makes that a match of whole words. */
const TERMINATOR = "\u0001";
const NAME_FIELDS: ReadonlySet<string> = new Set(["name", "server"]);

/** Tools indexed between two looks at the event loop: about 3 ms of work. */
const SLICE = 25;

/** A keyword index over one catalog snapshot. */
export class OramaIndex {
  readonly #database: Orama<typeof SCHEMA>;

  private constructor(database: Orama<typeof SCHEMA>) {
    this.#database = database;
  }

  /** Indexes in slices, so that messages are answered meanwhile. */
  static async build(tools: readonly CatalogTool[]): Promise<OramaIndex> {
    const database = createDatabase();
    for (const [position, tool] of tools.entries()) {
      await insert(database, toDocument(tool));
      if (position % SLICE === SLICE - 1) await nextTurn();
    }
    return new OramaIndex(database);
  }

  /** Takes up what `save` gave. Throws when it is something else. */
  static restore(saved: RawData): OramaIndex {
    const database = createDatabase();
    load(database, saved);
    return new OramaIndex(database);
  }

  save(): RawData {
    return save(this.#database);
  }

  get size(): number {
    return count(this.#database);
  }

  /** The ids (qualified names) of the best matches, best first. */
  async search(query: string, limit: number): Promise<string[]> {
    const { hits } = await search(this.#database, {
      term: query,
      limit,
      boost: BOOST,
      relevance: RELEVANCE,
      threshold: 1,
    });
    return hits.map(({ id }) => id);
  }
}

function createDatabase(): Orama<typeof SCHEMA> {
  return create({
    schema: SCHEMA,
    components: { tokenizer: createTokenizer() },
    sort: { enabled: false },
  });
}

function createTokenizer(): Tokenizer {
  const { stemmer } = oramaTokenizer.createTokenizer({ language: "english", stemming: true });
  const stem = (word: string) => stemmer?.(word) ?? word;
  return {
    language: "english",
    normalizationCache: new Map(),
    tokenize: (raw: string, _language?: string, field?: string) =>
      tokensOf(raw, { stem, field }).map((token) => `${token}${TERMINATOR}`),
  };
}

/** Orama names the field for documents only. A query of nothing but stop words is meant as it stands. */
function tokensOf(
  raw: string,
  { stem, field }: { readonly stem: (word: string) => string; readonly field: string | undefined },
): string[] {
  if (field !== undefined) return tokenize(raw, { stem, keepsStopWords: NAME_FIELDS.has(field) });
  const tokens = tokenize(raw, { stem, keepsStopWords: false });
  return tokens.length > 0 ? tokens : tokenize(raw, { stem, keepsStopWords: true });
}

function toDocument(entry: CatalogTool): Record<string, string> {
  const { title = "", description = "", inputSchema } = parseTool(entry);
  return {
    id: entry.qualifiedName,
    name: `${entry.name} ${title}`,
    server: entry.server,
    lead: firstSentence(description),
    description,
    parameters: parameterWords(inputSchema),
  };
}

/** Names, descriptions and enum values of the top-level parameters. */
function parameterWords(schema: JsonSchema | undefined): string {
  if (!isRecord(schema) || !isRecord(schema.properties)) return "";
  const words = Object.entries(schema.properties).flatMap(([name, property]) => {
    if (!isRecord(property)) return [name];
    const values = Array.isArray(property.enum) ? property.enum.map(String) : [];
    return [name, typeof property.description === "string" ? property.description : "", ...values];
  });
  return words.join(" ");
}

function nextTurn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}
