import { readdirSync } from "node:fs";
import { join } from "node:path";
import { STOP_WORDS } from "../../src/search/stop-words.ts";
import { wordsOf } from "../../src/search/tokenize.ts";
import type { Pair } from "./pairs.ts";

/** The pairs of all files of the search's thesaurus. */
export async function loadSynonyms(folder: string): Promise<Pair[]> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  const texts = names.toSorted().map((name) => Bun.file(join(folder, name)).text());
  return (await Promise.all(texts)).flatMap(parseSynonyms);
}

/**
 * Every two members of a group (`repo, repository`), and both ends of every one-way entry (`db > table`).
 * Phrases with small words in them are left out: `call off` is not the sum of its words.
 */
export function parseSynonyms(text: string): Pair[] {
  return text.split("\n").flatMap((line) => {
    const [left = [], right] = line.replace(/#.*/, "").split(">").map(phrasesOf);
    const others = (at: number) => right ?? left.slice(at + 1);
    return left.flatMap((one, at) => others(at).map((other) => ({ left: one, right: other })));
  });
}

function phrasesOf(side: string): string[] {
  return side
    .split(",")
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "" && !wordsOf(phrase).some((word) => STOP_WORDS.has(word)));
}
