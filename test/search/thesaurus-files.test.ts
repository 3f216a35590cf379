import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { currentTable, TABLE } from "../../scripts/thesaurus/build.ts";
import { createStem } from "../../src/search/stem.ts";
import { STOP_WORDS } from "../../src/search/stop-words.ts";
import { LONGEST_PHRASE } from "../../src/search/thesaurus.ts";
import { wordsOf } from "../../src/search/tokenize.ts";
import { lexicon } from "./build-index.ts";

const FOLDER = join(import.meta.dir, "../../src/search/thesaurus");
const stem = createStem();
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".txt"));

interface Line {
  /** `everyday.txt:12`, for whoever has to mend it. */
  readonly place: string;
  readonly sides: readonly (readonly string[])[];
}

/** The entries of all files, read in the plainest way. */
const lines: readonly Line[] = files.flatMap((file) => {
  const text = readFileSync(join(FOLDER, file), "utf8").split("\n");
  return text.flatMap((line, at) => {
    const entry = line.replace(/#.*/, "").trim();
    const sides = entry.split(">").map((side) => side.split(",").map((member) => member.trim()));
    return entry === "" ? [] : [{ place: `${file}:${at + 1}`, sides }];
  });
});

type Fault = (member: string) => string | false;

const FAULTS: [string, Fault][] = [
  ["no member is empty", (member) => member === "" && "has an empty member"],
  ["all is in lower case", (member) => member !== member.toLowerCase() && `says "${member}"`],
  [
    "no phrase has more words than are looked up",
    (member) => wordsOf(member).length > LONGEST_PHRASE && `says as one phrase "${member}"`,
  ],
  [
    "every member has words",
    (member) => wordsOf(member).length === 0 && `says nothing: "${member}"`,
  ],
];

function faultsOf(fault: Fault): string[] {
  return lines.flatMap(({ place, sides }) =>
    sides.flat().flatMap((member) => {
      const found = fault(member);
      return found === false ? [] : `${place} ${found}`;
    }),
  );
}

describe("in the thesaurus", () => {
  test("there are entries", () => {
    expect(files.length).toBeGreaterThan(1);
    expect(lines.length).toBeGreaterThan(1000);
  });

  test.each(FAULTS)("%s", (_, fault) => {
    expect(faultsOf(fault)).toEqual([]);
  });

  test("no line says the same twice", () => {
    const found = lines.flatMap(({ place, sides }) =>
      sides.flatMap((side) => {
        const twice = side.filter((member, at) => side.indexOf(member) !== at);
        return twice.map((member) => `${place} says "${member}" twice`);
      }),
    );
    expect(found).toEqual([]);
  });

  test("no entry stands twice", () => {
    const written = lines.map(({ sides }) => sides.map((side) => side.join(", ")).join(" > "));
    expect(written.filter((entry, at) => written.indexOf(entry) !== at)).toEqual([]);
  });

  test("an arrow has two sides", () => {
    expect(lines.filter(({ sides }) => sides.length > 2).map(({ place }) => place)).toEqual([]);
  });

  test("a line without an arrow has at least two members", () => {
    const alone = lines.filter(
      ({ sides: [left = [], right] }) => right === undefined && left.length < 2,
    );
    expect(alone.map(({ place }) => place)).toEqual([]);
  });
});

/** Stop words as they are, the others as their stems. */
function keyOf(member: string): string {
  return wordsOf(member)
    .map((word) => (STOP_WORDS.has(word) ? word : stem(word)))
    .join(" ");
}

test("the table that is built in is that of the files", async () => {
  expect(
    Bun.zstdDecompressSync(await Bun.file(TABLE).bytes()).toString() ===
      Bun.zstdDecompressSync(currentTable()).toString(),
    "run `bun scripts/thesaurus/build.ts`",
  ).toBeTrue();
});

test("every entry is found in the table with all that it names, and nothing else is", () => {
  const expected = new Map<string, Set<string>>();
  for (const { sides } of lines) {
    const [left = [], right] = sides.map((side) => side.map(keyOf));
    for (const key of left) {
      const others = expected.get(key) ?? new Set();
      for (const other of right ?? left) if (other !== key) others.add(other);
      expected.set(key, others);
    }
  }
  const { thesaurus } = lexicon;
  const wrong: string[] = [];
  for (const [key, others] of expected) {
    const found = thesaurus.synonymsOf(key).map(({ words }) => words.join(" "));
    if (!thesaurus.has(key) || !Bun.deepEquals(new Set(found), others)) wrong.push(key);
    for (const changed of [`${key}x`, key.slice(0, -1), `x${key}`, `${key} zz`]) {
      if (!expected.has(changed) && thesaurus.has(changed)) wrong.push(changed);
    }
  }
  expect(wrong).toEqual([]);
  const known = thesaurus.words();
  expect(known).toEqual(known.toSorted((a, b) => (a < b ? -1 : 1)));
  for (const word of known) if (!thesaurus.hasWord(word)) wrong.push(word);
  expect(wrong).toEqual([]);
});
