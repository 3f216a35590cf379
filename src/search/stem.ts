import { tokenizer } from "@orama/orama/components";

/** Reduces a lower-case word to its stem. */
export type Stem = (word: string) => string;

/**
 * Families that Porter's algorithm throws together though tools keep them apart: news and new, customer and
 * custom, organization and organ. A word that begins with one of these has the beginning for a stem.
 */
const FAMILIES = new RegExp(
  `^(?:${[
    "(?:customer|organ|executive|general|setting|meeting|building|listing|recording|training|animal|opera)s?$",
    "(?:news|information|hosting)$",
    "(?:computer|terminal|organism|severance)s?$|activit",
    "organi[sz]|authori[sz]|communit|communicat|universit|generat|importan|animat|positiv|several|severe",
    "police$|polic(?:y|ies)$",
  ].join("|")})`,
);

const MAX_KNOWN = 20_000;

/** English stems by Porter's algorithm. Remembers them: texts about tools repeat a few thousand words. */
export function createStem(): Stem {
  const { stemmer } = tokenizer.createTokenizer({ language: "english", stemming: true });
  const known = new Map<string, string>();
  const stemOf = (word: string) =>
    FAMILIES.exec(word)?.[0]
      .replace(/(?<=organi|authori)s$/, "z")
      .replace(/ies$/, "y")
      .replace(/(?<!new)s$/, "") ??
    stemmer?.(word) ??
    word;
  return (word) => {
    let stem = known.get(word);
    if (stem !== undefined) return stem;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(word, (stem = stemOf(word)));
    return stem;
  };
}
