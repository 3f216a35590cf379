/** Words, as stems, that may stand for what was asked for; more than one word is a phrase. */
export interface Synonym {
  readonly words: readonly string[];
  /** What a match is worth against one of the word itself. */
  readonly weight: number;
}

/** `pr` for `pull request`: the same thing written otherwise. */
const SAME = 0.9;
/** Everything else, whichever way its line goes. */
const RELATED = 0.8;
/** The most words that a phrase may have. */
export const LONGEST_PHRASE = 5;

/** Groups of words that mean the same, in the form that scripts/thesaurus gives them. */
export class Thesaurus {
  readonly #keys: string;
  readonly #entries: string;

  constructor(compiled: string) {
    const end = compiled.indexOf("\n\n") + 1;
    this.#keys = compiled.slice(0, end);
    this.#entries = compiled.slice(end + 1);
  }

  /** Whether any entry is about a word that is spelt so. */
  hasWord(stem: string): boolean {
    return this.#find(stem) !== undefined;
  }

  /** All words that entries are about. */
  words(): string[] {
    const lines = this.#keys.split("\n").map((line) => line.slice(0, line.indexOf("\t")));
    return lines.filter((phrase) => phrase !== "" && !phrase.includes(" "));
  }

  /** Whether there is an entry for a phrase: its stems, and its stop words, with spaces between. */
  has(phrase: string): boolean {
    return (this.#find(phrase) ?? "") !== "";
  }

  /** What the entries for a phrase name; without the one-way ones if only equals are asked for. */
  synonymsOf(phrase: string, { onlyEquals = false } = {}): Synonym[] {
    const weights = new Map<string, number>();
    for (const entry of this.#entriesOf(phrase)) {
      const [left = "", right] = entry.split(">");
      if (right !== undefined && onlyEquals) continue;
      for (const other of (right ?? left).split(",")) {
        const weight = isSameThing(phrase, other) ? SAME : RELATED;
        weights.set(other, Math.max(weight, weights.get(other) ?? 0));
      }
    }
    weights.delete(phrase);
    return [...weights].map(([other, weight]) => ({ words: other.split(" "), weight }));
  }

  #entriesOf(phrase: string): string[] {
    const offsets = this.#find(phrase);
    if (offsets === undefined || offsets === "") return [];
    return offsets.split(",").map((offset) => {
      const start = Number.parseInt(offset, 36);
      return this.#entries.slice(start, this.#entries.indexOf("\n", start));
    });
  }

  /** The offsets of a phrase's entries, found by halving; undefined for a phrase that there is not. */
  #find(phrase: string): string | undefined {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const start = this.#keys.lastIndexOf("\n", ((low + high) >>> 1) - 1) + 1;
      const tab = this.#keys.indexOf("\t", start);
      const end = this.#keys.indexOf("\n", tab);
      const key = this.#keys.slice(start, tab);
      if (key === phrase) return this.#keys.slice(tab + 1, end);
      if (key < phrase) low = end + 1;
      else high = start;
    }
    return undefined;
  }
}

/** Written apart or together, initials, or a word cut short: `web hook`, `pr`, `repo`. */
function isSameThing(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  const joined = short.replaceAll(" ", "");
  if (joined === long.replaceAll(" ", "")) return true;
  const words = long.split(" ");
  if (words.length > 1) return joined === words.map((word) => word[0]).join("");
  return joined.length >= 3 && long.length - joined.length >= 2 && long.startsWith(joined);
}
