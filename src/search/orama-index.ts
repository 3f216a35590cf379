import {
  count,
  create,
  search,
  type IDocumentsStore,
  type IIndex,
  type Orama,
  type Tokenizer,
} from "@orama/orama";
import {
  documentsStore as oramaDocuments,
  index as oramaIndex,
  tokenizer as oramaTokenizer,
} from "@orama/orama/components";
import type { CatalogTool } from "../core/tool.ts";
import { oramaField } from "./orama-field.ts";
import { parseIndex, saveIndex, type SavedIndex } from "./saved-index.ts";
import { FIELDS, queryWords, toolWords, type Field } from "./tool-words.ts";
import { WordTableBuilder } from "./word-table-builder.ts";
import type { WordField, WordTable } from "./word-table.ts";

const SCHEMA = {
  name: "string",
  server: "string",
  lead: "string",
  description: "string",
  parameters: "string",
} as const satisfies Record<Field, "string">;

/** What a match in a field is worth against one in the description. */
const BOOST = { name: 3, server: 2.5, lead: 1.5, description: 1, parameters: 0.5 };
/** BM25 with little length normalization: tools' texts differ in length for no reason of relevance. */
const RELEVANCE = { k: 1.2, b: 0.3, d: 0.5 };

/** Tools indexed between two looks at the event loop: about 3 ms of work. */
const SLICE = 25;

type OramaStore = oramaIndex.Index;
type OramaDocuments = oramaDocuments.DocumentsStore;

/**
 * A keyword index over one catalog snapshot. Orama searches and scores, over tables of our own: its tree of
 * letters and its frequencies, a number for each word of each text, are nine tenths of what it would keep.
 */
export class OramaIndex {
  readonly #table: WordTable;
  readonly #database: Orama<typeof SCHEMA>;

  private constructor(table: WordTable) {
    this.#table = table;
    this.#database = createDatabase(table);
  }

  /** Indexes in slices, so that messages are answered meanwhile. */
  static async build(tools: readonly CatalogTool[]): Promise<OramaIndex> {
    const builder = new WordTableBuilder();
    for (const [position, tool] of tools.entries()) {
      builder.add(tool.qualifiedName, toolWords(tool, stem));
      if (position % SLICE === SLICE - 1) await nextTurn();
    }
    return new OramaIndex(builder.build());
  }

  /** Takes up what `save` gave. Throws when it is something else. */
  static restore(saved: unknown): OramaIndex {
    return new OramaIndex(parseIndex(saved));
  }

  save(): SavedIndex {
    return saveIndex(this.#table);
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

/** For searching only: nothing can be inserted or removed. */
function createDatabase(table: WordTable): Orama<typeof SCHEMA> {
  const database = create({
    schema: SCHEMA,
    components: {
      tokenizer: createTokenizer(),
      index: indexOver(table),
      documentsStore: documentsOf(table),
    },
    sort: { enabled: false },
  });
  database.internalDocumentIDStore.load(database, { internalIdToId: table.ids });
  return database;
}

/** Orama's index with its string fields read from the table; other kinds, such as vectors, stay Orama's. */
function indexOver(table: WordTable): IIndex<OramaStore> {
  const component = oramaIndex.createIndex();
  return {
    ...component,
    create: (orama, ids, schema) => {
      const store = component.create(orama, ids, schema);
      for (const [at, field] of table.fields.entries()) setField(store, FIELDS[at] ?? "", field);
      return store;
    },
  };
}

function setField(store: OramaStore, name: string, field: WordField): void {
  const tree = store.indexes[name];
  if (tree?.type !== "Radix") throw new Error(`Orama has no words for ${name}`);
  const { find, fieldLengths, avgFieldLength, tokenOccurrences, frequencies } = oramaField(field);
  tree.node.find = find;
  store.fieldLengths[name] = fieldLengths;
  store.avgFieldLength[name] = avgFieldLength;
  store.tokenOccurrences[name] = tokenOccurrences;
  store.frequencies[name] = frequencies;
}

/** Empty: of a hit we read the id. Orama wants a document all the same, else its vector search drops the hit. */
function documentsOf({ ids }: WordTable): IDocumentsStore<OramaDocuments> {
  const docs: OramaDocuments["docs"] = {};
  const nothing = {};
  for (let tool = 1; tool <= ids.length; tool++) docs[tool] = nothing;
  return {
    ...oramaDocuments.createDocumentsStore(),
    create: (_, sharedInternalDocumentStore) => ({
      sharedInternalDocumentStore,
      docs,
      count: ids.length,
    }),
  };
}

function createTokenizer(): Tokenizer {
  return {
    language: "english",
    normalizationCache: new Map(),
    tokenize: (query) => queryWords(query, stem),
  };
}

const { stemmer } = oramaTokenizer.createTokenizer({ language: "english", stemming: true });

function stem(word: string): string {
  return stemmer?.(word) ?? word;
}

function nextTurn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}
