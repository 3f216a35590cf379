/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const NUMBERS = ["0", "-0", "12345678901234567890", "1e400", "-1.5E-7", "0.1", "9007199254740993"];
const PIECES = [
  "a",
  " ",
  "é",
  "漢",
  "😀",
  '\\"',
  "\\\\",
  "\\/",
  "\\n",
  "\\u0022",
  "\\ud83d\\ude00",
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
];
const SPACES = ["", "", "", " ", "\n", "\r\n\t", "  "];
const LITERALS = ["true", "false", "null"];

/** The text of a random JSON object. */
export function randomObject(random: () => number, depth = 4): string {
  const members = times(random, 5, () => {
    return `${space(random)}${randomString(random)}${space(random)}:${randomValue(random, depth)}`;
  });
  return `{${members.join(",")}${space(random)}}`;
}

/** The text of a random JSON array. */
export function randomArray(random: () => number, depth = 4): string {
  const items = times(random, 5, () => randomValue(random, depth));
  return `[${items.join(",")}${space(random)}]`;
}

function randomValue(random: () => number, depth: number): string {
  const kind = Math.floor(random() * (depth > 0 ? 5 : 3));
  const value = [
    () => pick(random, NUMBERS),
    () => pick(random, LITERALS),
    () => randomString(random),
    () => randomObject(random, depth - 1),
    () => randomArray(random, depth - 1),
  ][kind]?.();
  return `${space(random)}${value}${space(random)}`;
}

function randomString(random: () => number): string {
  return `"${times(random, 6, () => pick(random, PIECES)).join("")}"`;
}

function space(random: () => number): string {
  return pick(random, SPACES);
}

function times<T>(random: () => number, most: number, make: () => T): T[] {
  return Array.from({ length: Math.floor(random() * (most + 1)) }, make);
}

function pick(random: () => number, choices: readonly string[]): string {
  return choices[Math.floor(random() * choices.length)] ?? "";
}
