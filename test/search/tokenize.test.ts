import { describe, expect, test } from "bun:test";
import { createStem } from "../../src/search/stem.ts";
import { distinctWords } from "./words.ts";

function tokensOf(text: string): string[] {
  return distinctWords(text, { stem: (word) => word, keepsStopWords: false });
}

const options = { stem: createStem(), keepsStopWords: false };

/** Whether a query would find a text. */
function finds(query: string, text: string): boolean {
  const stems = new Set(distinctWords(text, options));
  return distinctWords(query, options).some((token) => stems.has(token));
}

describe("identifiers are cut into their words", () => {
  test.each([
    ["create_issue", ["create", "issue"]],
    ["createIssue", ["create", "issue"]],
    ["CreateIssue", ["create", "issue"]],
    ["create-issue.comment/reply", ["create", "issue", "comment", "reply"]],
    ["SCREAMING_SNAKE", ["screaming", "snake"]],
    ["parseHTMLDocument", ["parse", "html", "document"]],
    ["base64Encode", ["base64", "encode"]],
    ["s3_bucket", ["s3", "bucket"]],
    ["oauth2", ["oauth2"]],
    ["list_PRs", ["list", "pr"]],
    ["fetchURLs", ["fetch", "urls"]],
    ["URLsToPDF", ["urls", "pdf"]],
    ["https://example.com/a-b?c=d", ["https", "example", "com", "b", "c"]],
    [`${"long_".repeat(12)}last`, ["long", "last"]],
    ["__proto__", ["proto"]],
    ["constructor", ["constructor"]],
  ])("%s", (text, words) => {
    expect(tokensOf(text)).toEqual(expect.arrayContaining(words));
  });
});

describe("a word is found however its capitals are set", () => {
  test.each([
    "GitHub",
    "JavaScript",
    "PostgreSQL",
    "YouTube",
    "OAuth",
    "PRs",
    "URLs",
    "iPhone",
    "gRPC",
  ])("%s", (word) => {
    const text = `Works with ${word} only`;
    expect(finds(word.toLowerCase(), text)).toBeTrue();
    expect(finds(word, text.toLowerCase())).toBeTrue();
    expect(finds(word.toUpperCase(), text)).toBeTrue();
  });
});

describe("every script has words", () => {
  test.each([
    ["Überprüft Straßennamen", ["uberpruft", "straßennamen"]],
    ["café crème", ["cafe", "creme"]],
    ["cafe\u0301", ["cafe"]],
    ["ｆｕｌｌ　ｗｉｄｔｈ", ["full", "width"]],
    ["Создаёт задачу", ["создает", "задачу"]],
    ["Δημιουργία", ["δημιουργια"]],
    ["查询天气", ["查询", "询天", "天气"]],
    ["天", ["天"]],
    ["天気を調べる", ["天気", "気を", "を調", "調へ", "へる"]],
    ["１２３", ["123"]],
  ])("%s", (text, words) => {
    expect(tokensOf(text)).toEqual(words);
  });

  test("Korean is found by a part of a word", () => {
    expect(finds("검색", "문서를 검색합니다")).toBeTrue();
    expect(finds("삭제", "문서를 검색합니다")).toBeFalse();
  });

  test("Chinese is found by a part of a sentence", () => {
    expect(finds("天气", "查询今天的天气预报")).toBeTrue();
    expect(finds("邮件", "查询今天的天气预报")).toBeFalse();
  });

  test("a Latin word within Chinese is a word of its own", () => {
    expect(finds("docker", "管理docker容器")).toBeTrue();
    expect(finds("容器", "管理docker容器")).toBeTrue();
  });
});

describe("what is no word", () => {
  test.each(["", "  ", "!?…", "--__--", "😀", "\u0000\u0001"])("%j has none", (text) => {
    expect(tokensOf(text)).toEqual([]);
  });

  test.each([
    ["what's", []],
    ["the user's inbox", ["user", "inbox"]],
    ["don’t delete it", ["delete"]],
    ["they're we've you'll I'm he'd", []],
  ])("of %s only what is left without its ending", (text, words) => {
    expect(tokensOf(text)).toEqual(words);
  });

  test("words of every sentence are dropped from prose", () => {
    expect(tokensOf("How do I get the list of all my issues?")).toEqual(["list", "issues"]);
  });
});

function withoutPlural(word: string): string {
  return word.replace(/s$/, "");
}

test("each word counts once, and goes through the stemmer", () => {
  expect(
    distinctWords("Issue issues ISSUE", { stem: withoutPlural, keepsStopWords: false }),
  ).toEqual(["issue"]);
});

test("a megabyte is soon cut", () => {
  for (const part of ["aB", "AB", "é", "漢", "x_", "1A"]) {
    expect(tokensOf(part.repeat(500_000)).length).toBeGreaterThan(0);
  }
}, 10_000);
