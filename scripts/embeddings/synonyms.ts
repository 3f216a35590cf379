import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Pair } from "./pairs.ts";

/** The pairs of all files of the search's thesaurus. */
export async function loadSynonyms(folder: string): Promise<Pair[]> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  const texts = names.toSorted().map((name) => Bun.file(join(folder, name)).text());
  return (await Promise.all(texts)).flatMap(parseSynonyms);
}

/** Every two members of a group (`repo, repository`), and both ends of every one-way entry (`db > table`). */
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
    .filter((phrase) => phrase !== "");
}
