import type { Stem } from "./stem.ts";
import { STOP_WORDS } from "./stop-words.ts";

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

export interface TokenizeOptions {
  readonly stem: Stem;
  /** In names every word counts, `help` and `about` too. */
  readonly keepsStopWords: boolean;
}

/**
 * Cuts text into the distinct words that the index knows: identifiers split at case and punctuation (and
 * kept whole beside, so that GitHub is found as github), accents stripped, the rest reduced by `stem`.
 */
export function tokenize(text: string, { stem, keepsStopWords }: TokenizeOptions): string[] {
  const stems = new Set<string>();
  for (const word of wordsOf(text)) {
    if (keepsStopWords || !STOP_WORDS.has(word)) stems.add(stem(word));
  }
  return [...stems];
}

/** The words of a text in their order, in lower case; of an identifier its parts, then the whole. */
export function wordsOf(text: string): string[] {
  // Most prose has neither capitals within words nor letters beyond ASCII, and need not be looked at again.
  if (!MAY_BE_CUT.test(text)) return runsOf(text.toLowerCase());
  const runs = runsOf(text);
  return runs.flatMap((run) => (MAY_BE_CUT.test(run) ? wordsIn(run) : [run.toLowerCase()]));
}

/** The words of one run of letters and digits. */
export function wordsIn(run: string): string[] {
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
