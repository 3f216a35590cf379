import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileThesaurus } from "../../scripts/thesaurus/compile-thesaurus.ts";
import { Thesaurus } from "../../src/search/thesaurus.ts";

/** A thesaurus of one file with these lines. */
function thesaurusOf(...lines: readonly string[]): Thesaurus {
  const folder = mkdtempSync(join(tmpdir(), "mcpzip-thesaurus-"));
  try {
    writeFileSync(join(folder, "words.txt"), lines.join("\n"));
    return new Thesaurus(compileThesaurus(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function othersFor(thesaurus: Thesaurus, phrase: string): string[] {
  return thesaurus.synonymsOf(phrase).map(({ words }) => words.join(" "));
}

describe("a group", () => {
  const thesaurus = thesaurusOf("# words", "", "bug, defect, fault # of software", "halt, stop");

  test.each([
    ["bug", ["defect", "fault"]],
    ["fault", ["bug", "defect"]],
    ["stop", ["halt"]],
  ])("names the others for %s", (word, others) => {
    expect(othersFor(thesaurus, word)).toEqual(others);
  });

  test.each(["words", "softwar", "of", "", "bu", "bugs", "zzz", "\n", "\t", "bug\tdefect"])(
    "names nothing for %j",
    (word) => {
      expect(othersFor(thesaurus, word)).toEqual([]);
      expect(thesaurus.hasWord(word)).toBeFalse();
    },
  );
});

describe("a line with an arrow", () => {
  const thesaurus = thesaurusOf("inbox, mailbox > message, unread email");

  test("goes one way", () => {
    expect(othersFor(thesaurus, "inbox")).toEqual(["messag", "unread email"]);
    expect(othersFor(thesaurus, "mailbox")).toEqual(["messag", "unread email"]);
    expect(othersFor(thesaurus, "messag")).toEqual([]);
    expect(thesaurus.hasWord("unread")).toBeFalse();
  });

  test("is left out where only equals are asked for", () => {
    expect(thesaurus.synonymsOf("inbox", { onlyEquals: true })).toEqual([]);
  });
});

describe("a phrase", () => {
  const thesaurus = thesaurusOf("get rid of, delete", "pull request, pr", "web hook, webhook");

  test("keeps its stop words", () => {
    expect(thesaurus.has("get rid of")).toBeTrue();
    expect(othersFor(thesaurus, "get rid of")).toEqual(["delet"]);
    expect(othersFor(thesaurus, "delet")).toEqual(["get rid of"]);
  });

  test("is no entry for its words, which are known all the same", () => {
    expect(thesaurus.has("rid")).toBeFalse();
    expect(thesaurus.hasWord("rid")).toBeTrue();
    expect(othersFor(thesaurus, "rid")).toEqual([]);
    expect(thesaurus.words()).toContain("rid");
    expect(thesaurus.words()).not.toContain("get rid of");
  });

  test.each([
    ["pr", "pull request"],
    ["pull request", "pr"],
    ["webhook", "web hook"],
  ])("%s is worth more for %s than what only means the same", (one, other) => {
    const [synonym] = thesaurus.synonymsOf(one);
    const [related] = thesaurus.synonymsOf("delet");
    expect(synonym?.words.join(" ")).toBe(other);
    expect(synonym?.weight).toBeGreaterThan(related?.weight ?? 1);
  });
});

test("a word of several lines has the synonyms of all, each once and at its best weight", () => {
  const thesaurus = thesaurusOf("repo, repository", "repo > repository, project");
  const synonyms = thesaurus.synonymsOf("repo");
  expect(synonyms.map(({ words }) => words[0])).toEqual(["repositori", "project"]);
  expect(synonyms[0]?.weight).toBe(0.9);
});

test("words that objects have by birth are looked up like others", () => {
  const thesaurus = thesaurusOf("constructor, builder");
  expect(othersFor(thesaurus, "__proto__")).toEqual([]);
  expect(othersFor(thesaurus, "toString")).toEqual([]);
  expect(thesaurus.has("constructor")).toBe(thesaurus.hasWord("constructor"));
});

test("an empty thesaurus knows nothing", () => {
  const thesaurus = thesaurusOf("# nothing yet");
  expect(thesaurus.words()).toEqual([]);
  expect(thesaurus.synonymsOf("bug")).toEqual([]);
});
