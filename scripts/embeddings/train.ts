import { rename } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { encodeWordVectors, DIMENSIONS } from "../../src/search/word-vectors.ts";
import { loadCorpus, type Corpus } from "./corpus.ts";
import { trainVectors } from "./contrastive.ts";
import { pairsOf, type WrittenPairs } from "./pairs.ts";
import { loadRequests } from "./requests.ts";
import { loadSynonyms } from "./synonyms.ts";
import { createTrainingSet } from "./training-set.ts";

const SEARCH = join(import.meta.dir, "../../src/search");
const USAGE = `bun scripts/embeddings/train.ts --corpus FOLDER [--out src/search/word-vectors.bin] [--steps 5000] [--batch 512] [--seed 2]

Trains the search's word vectors on the texts of FOLDER (toucan-tools.jsonl, toucan-server-labels.jsonl,
tldr-pages.jsonl), on the thesaurus and on requests.jsonl beside this script, and writes the table that is
built into mcpzip. The same texts and the same seed give the same table.`;

export interface TableOptions {
  readonly steps: number;
  /** Pairs in a step; each is a wrong answer for all others. */
  readonly batch: number;
  readonly seed: number;
  readonly onProgress?: (text: string) => void;
}

/** The file of the vectors of the words in these texts. The same for the same texts and options. */
export function trainTable(
  { corpus, ...written }: { readonly corpus: Corpus } & WrittenPairs,
  { steps, batch, seed, onProgress }: TableOptions,
): Uint8Array {
  const set = createTrainingSet(pairsOf(corpus, written));
  const pairCounts = set.kinds.map(({ left }) => left.length).join(" + ");
  onProgress?.(`${set.words.length} words, ${pairCounts} pairs`);
  const startedAt = performance.now();
  const rows = trainVectors(set, {
    dimensions: DIMENSIONS,
    steps,
    batch,
    seed,
    onStep: (step, loss) => {
      if (step % 250 !== 0) return;
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
      onProgress?.(`step ${step} of ${steps}: loss ${loss.toFixed(3)}, ${seconds} s`);
    },
  });
  return encodeWordVectors(set.words, rows);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      corpus: { type: "string" },
      out: { type: "string", default: join(SEARCH, "word-vectors.bin") },
      steps: { type: "string", default: "5000" },
      batch: { type: "string", default: "512" },
      seed: { type: "string", default: "2" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help || values.corpus === undefined) {
    console.log(USAGE);
    process.exit(values.help ? 0 : 2);
  }
  const corpus = await loadCorpus(values.corpus);
  const synonyms = await loadSynonyms(join(SEARCH, "thesaurus"));
  const requests = await loadRequests(join(import.meta.dir, "requests.jsonl"));
  const table = trainTable(
    { corpus, synonyms, requests },
    {
      steps: positive("--steps", values.steps),
      batch: positive("--batch", values.batch),
      seed: positive("--seed", values.seed),
      onProgress: console.log,
    },
  );
  // Renamed into place, so that a build never takes half a table.
  await Bun.write(`${values.out}.new`, table);
  await rename(`${values.out}.new`, values.out);
  console.log(`${values.out}: ${(table.length / 1e6).toFixed(2)} MB`);
}

function positive(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${flag} takes a whole number above 0, not ${text}`);
}
