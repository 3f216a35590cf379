/** Words that say nothing about a tool; looked for in queries and prose, never in identifiers. */
const STOP_WORDS = new Set(
  (
    "a about all also an and any are as at be by can could do does for from get give given has have help how i " +
    "if in into is it its like me my need of on or our out over please should so some such that the their them " +
    "then there these they this those to up us use used using want was we what when where which who will with " +
    "would you your"
  ).split(" "),
);

/** Han, kana and Hangul are written without spaces: they are cut into pairs. */
const CJK_RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]+/u;

/** Where a word in mixed case is cut: `createIssue`, `HTMLDocument`. */
const CASE_BOUNDARY =
  /(?<=\p{Lower}|\p{Number})(?=\p{Upper})|(?<=\p{Upper})(?=\p{Upper}\p{Lower})/gu;

export interface TokenizeOptions {
  readonly stem: (word: string) => string;
  /** In names every word counts, `help` and `about` too. */
  readonly keepsStopWords: boolean;
}

/**
 * Cuts text into the distinct words that the index knows: identifiers split at case and punctuation (and
 * kept whole beside, so that GitHub is found as github), accents stripped, the rest reduced by `stem`.
 */
export function tokenize(text: string, { stem, keepsStopWords }: TokenizeOptions): string[] {
  const plain = text.normalize("NFKD").replace(/\p{Mark}/gu, "");
  const runs = plain.match(/[\p{Letter}\p{Number}ー]+/gu) ?? [];
  const words = runs
    .flatMap((run) => run.split(new RegExp(`(${CJK_RUN.source})`, "u")))
    .flatMap(wordsIn);
  const wanted = keepsStopWords ? words : words.filter((word) => !STOP_WORDS.has(word));
  return [...new Set(wanted.map(stem))];
}

function wordsIn(run: string): string[] {
  if (run === "") return [];
  if (CJK_RUN.test(run)) return pairs(run.normalize("NFC"));
  const parts = run.split(CASE_BOUNDARY);
  const whole = parts.length > 1 ? [run] : [];
  return [...parts, ...whole].map((word) => word.toLowerCase());
}

function pairs(word: string): string[] {
  const letters = [...word];
  if (letters.length === 1) return letters;
  return letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
}
