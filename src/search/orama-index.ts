import {
  create,
  search,
  type IDocumentsStore,
  type IIndex,
  type Orama,
  type Tokenizer,
} from "@orama/orama";
import { documentsStore as oramaDocuments, index as oramaIndex } from "@orama/orama/components";
import { oramaField } from "./orama-field.ts";
import { nearestTools } from "./nearest-tools.ts";
import type { ToolIndex } from "./tool-index.ts";
import { FIELDS, type Field } from "./tool-words.ts";
import { DIMENSIONS } from "./word-vectors.ts";

const SCHEMA = {
  name: "string",
  server: "string",
  lead: "string",
  description: "string",
  parameters: "string",
  parameterTexts: "string",
  meaning: `vector[${DIMENSIONS}]`,
} as const satisfies Record<Field, "string"> & { readonly meaning: string };

/** What parameters are said to be is left to the ranking: it is long, and finds no tools of its own. */
const PROPERTIES = ["name", "server", "lead", "description", "parameters"] as const;

/** What a match in a field is worth against one in the description. */
const BOOST = {
  name: 3,
  server: 2.5,
  lead: 1.5,
  description: 1,
  parameters: 0.5,
} satisfies Record<(typeof PROPERTIES)[number], number>;
/** BM25 with little length normalization: tools' texts differ in length for no reason of relevance. */
const RELEVANCE = { k: 1.2, b: 0.3, d: 0.5 };
const HYBRID_WEIGHTS = { text: 0.6, vector: 0.4 };

type OramaStore = oramaIndex.Index;
type OramaDocuments = oramaDocuments.DocumentsStore;

/** What is looked for: stems, and what they mean together, a unit vector. */
export interface Sought {
  readonly words: readonly string[];
  readonly meaning: Float32Array;
}

/**
 * Hybrid search over a tool index. Orama searches and merges, over tables of our own: its tree of letters
 * and its frequencies, a number for each word of each text, are nine tenths of what it would keep.
 */
export class OramaIndex {
  readonly #database: Orama<typeof SCHEMA>;

  constructor(index: ToolIndex) {
    this.#database = createDatabase(index);
  }

  /** The numbers of the tools that fit by word or by meaning, best first. */
  async search({ words, meaning }: Sought, limit: number): Promise<number[]> {
    const { hits } = await search(this.#database, {
      mode: "hybrid",
      term: words.join(" "),
      vector: { value: [...meaning], property: "meaning" },
      similarity: -1,
      hybridWeights: HYBRID_WEIGHTS,
      limit,
      properties: [...PROPERTIES],
      boost: BOOST,
      relevance: RELEVANCE,
      threshold: 1,
    });
    return hits.map(({ id }) => Number(id));
  }
}

/** For searching only: nothing can be inserted or removed. */
function createDatabase(index: ToolIndex): Orama<typeof SCHEMA> {
  const database = create({
    schema: SCHEMA,
    components: {
      tokenizer: TOKENIZER,
      index: indexOver(index),
      documentsStore: documentsOf(index),
    },
    sort: { enabled: false },
  });
  const ids = index.ids.map((_, tool) => String(tool));
  database.internalDocumentIDStore.load(database, { internalIdToId: ids });
  return database;
}

/** Orama's index with its fields read from ours. */
function indexOver(index: ToolIndex): IIndex<OramaStore> {
  const component = oramaIndex.createIndex();
  return {
    ...component,
    create: (orama, ids, schema) => {
      const store = component.create(orama, ids, schema);
      for (const [at, field] of index.fields.entries()) setField(store, FIELDS[at] ?? "", field);
      setMeanings(store, index);
      return store;
    },
  };
}

function setField(store: OramaStore, name: string, field: ToolIndex["fields"][number]): void {
  const tree = store.indexes[name];
  if (tree?.type !== "Radix") throw new Error(`Orama has no words for ${name}`);
  const { find, fieldLengths, avgFieldLength, tokenOccurrences, frequencies } = oramaField(field);
  tree.node.find = find;
  // as: Orama only reads them by number.
  store.fieldLengths[name] = fieldLengths as Record<number, number>;
  store.avgFieldLength[name] = avgFieldLength;
  store.tokenOccurrences[name] = tokenOccurrences;
  store.frequencies[name] = frequencies;
}

/** Orama's numbers of tools start at 1. */
function setMeanings(store: OramaStore, index: ToolIndex): void {
  const vectors = store.vectorIndexes.meaning;
  if (vectors === undefined) throw new Error("Orama has no vectors");
  vectors.node.find = (meaning) =>
    nearestTools(index, meaning).map(({ tool, cosine }) => [tool + 1, cosine]);
}

/** Empty: of a hit we read the id. Orama wants a document all the same, else its vector search drops the hit. */
function documentsOf({ ids }: ToolIndex): IDocumentsStore<OramaDocuments> {
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

/** The words that it gets are stems already. */
const TOKENIZER: Tokenizer = {
  language: "english",
  normalizationCache: new Map(),
  tokenize: (words) => words.split(" ").filter((word) => word !== ""),
};
