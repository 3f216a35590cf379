import { createStem, type Stem } from "./stem.ts";
import { Thesaurus } from "./thesaurus.ts";
import thesaurusPath from "./thesaurus.bin" with { type: "file" };
import type { WordVectors } from "./word-vectors.ts";
import { loadWordVectors } from "./word-vectors-file.ts";

/** All that the search knows of language. */
export interface Lexicon {
  readonly stem: Stem;
  readonly thesaurus: Thesaurus;
  readonly vectors: WordVectors;
}

/** Reads what is built into the program: milliseconds, and a megabyte. */
export async function loadLexicon(): Promise<Lexicon> {
  const packed = new Uint8Array(await Bun.file(thesaurusPath).arrayBuffer());
  return {
    stem: createStem(),
    thesaurus: new Thesaurus(new TextDecoder().decode(Bun.zstdDecompressSync(packed))),
    vectors: await loadWordVectors(),
  };
}
