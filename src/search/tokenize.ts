/** Han, kana and Hangul are written without spaces: they are cut into pairs. */
const CJK_RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]+/u;
const CJK_RUNS = new RegExp(`(${CJK_RUN.source})`, "u");

/** Where a word in mixed case is cut: `createIssue`, `HTMLDocument`, and `listPRs` not before its last two. */
const CASE_BOUNDARY =
  /(?<=\p{Lower}|\p{Number})(?=\p{Upper})|(?<=\p{Upper})(?=\p{Upper}\p{Lower})(?!\p{Upper}s(?:\p{Upper}|$))/gu;

/** A capital after a letter or a digit, or a letter beyond ASCII. */
const MAY_BE_CUT = /[A-Za-z0-9][A-Z]|[^\0-\x7f]/;
const ELISION = /(?<=[A-Za-z])['’](?:s|t|re|ve|ll|d|m)\b/g;
const BEYOND_ASCII = /[^\0-\x7f]/;

/** Runs of letters and digits, accents stripped; most texts are ASCII, which needs no tables of Unicode. */
export function runsOf(text: string): string[] {
  const whole = /['’]/.test(text) ? text.replace(ELISION, "") : text;
  if (!BEYOND_ASCII.test(whole)) return whole.match(/[A-Za-z0-9]+/g) ?? [];
  const plain = whole.normalize("NFKD").replace(/\p{Mark}/gu, "");
  return plain.match(/[\p{Letter}\p{Number}ー]+/gu) ?? [];
}

/** The words of a text in their order, in lower case; of an identifier its parts, then the whole. */
export function wordsOf(text: string): string[] {
  return runsOf(text).flatMap(wordsIn);
}

/** The words of one run of letters and digits. */
export function wordsIn(run: string): string[] {
  if (!MAY_BE_CUT.test(run)) return [run.toLowerCase()];
  if (/^(?:[a-z]+|[A-Z]+|[A-Z]?[a-z]+|\d+)$/.test(run)) return [run.toLowerCase()];
  // The plural of an acronym: URLs, PRs.
  if (/^[A-Z]{2,}s$/.test(run)) return [run.slice(0, -1).toLowerCase()];
  return run.split(CJK_RUNS).flatMap((part) => {
    if (part === "") return [];
    if (CJK_RUN.test(part)) return pairs(part.normalize("NFC"));
    const parts = part.split(CASE_BOUNDARY);
    const whole = parts.length > 1 ? [part] : [];
    return [...parts, ...whole].map((word) => word.toLowerCase());
  });
}

function pairs(word: string): string[] {
  const letters = [...word];
  if (letters.length === 1) return letters;
  return letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
}
