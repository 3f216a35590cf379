import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createStem, type Stem } from "../../src/search/stem.ts";
import { STOP_WORDS } from "../../src/search/stop-words.ts";
import { wordsOf } from "../../src/search/tokenize.ts";

/**
 * The thesaurus as the search reads it, without having to unpack it: lines `phrase TAB offset,offset`, in
 * the order of the phrases, then an empty line, then the entries, a line each. Every phrase is its stems;
 * an offset (base 36) counts from the start of the entries. A word that only phrases hold has no offsets.
 */
export function compileThesaurus(folder: string): string {
  const entries = [...new Set(readEntries(folder))];
  const offsets = new Map<string, string[]>();
  let offset = 0;
  for (const entry of entries) {
    const [left = ""] = entry.split(">");
    for (const phrase of left.split(",")) {
      offsetsOf(phrase, offsets).push(offset.toString(36));
      for (const word of phrase.split(" ")) offsetsOf(word, offsets);
    }
    offset += entry.length + 1;
  }
  const phrases = [...offsets.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const keys = phrases.map((phrase) => `${phrase}\t${offsets.get(phrase)?.join(",")}\n`).join("");
  return `${keys}\n${entries.join("\n")}\n`;
}

function offsetsOf(phrase: string, offsets: Map<string, string[]>): string[] {
  const known = offsets.get(phrase);
  if (known !== undefined) return known;
  const list: string[] = [];
  offsets.set(phrase, list);
  return list;
}

function readEntries(folder: string): string[] {
  const stem = createStem();
  const files = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  return files.toSorted().flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    return text.split("\n").flatMap((line) => compileLine(line, stem) ?? []);
  });
}

/** `repo, repositories` becomes `repo,repositori`; undefined for a comment or an empty line. */
function compileLine(line: string, stem: Stem): string | undefined {
  const entry = line.replace(/#.*/, "").trim();
  if (entry === "") return undefined;
  const sides = entry.split(">").map((side) => {
    const phrases = side.split(",").map((phrase) => stemsOf(phrase, stem));
    return [...new Set(phrases.filter((phrase) => phrase !== ""))].join(",");
  });
  return sides.join(">");
}

/** Stop words stay: `get rid of` is looked up as it is typed. */
function stemsOf(phrase: string, stem: Stem): string {
  return wordsOf(phrase)
    .map((word) => (STOP_WORDS.has(word) ? word : stem(word)))
    .join(" ");
}
