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
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * Cuts text into the distinct words that the index knows: identifiers split at case and punctuation,
 * accents stripped, stop words dropped, the rest reduced by `stem`.
 */
export function tokenize(text: string, stem: (word: string) => string): string[] {
  const words = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/(\p{Lower}|\d)(\p{Upper})/gu, "$1 $2")
    .replace(/(\p{Upper})(\p{Upper}\p{Lower})/gu, "$1 $2")
    .toLowerCase()
    .match(/[\p{Letter}\p{Number}]+/gu);
  const tokens = (words ?? []).flatMap((word) => (CJK.test(word) ? pairs(word) : [word]));
  return [...new Set(tokens.filter((token) => !STOP_WORDS.has(token)).map(stem))];
}

function pairs(word: string): string[] {
  const letters = [...word];
  if (letters.length === 1) return letters;
  return letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
}
