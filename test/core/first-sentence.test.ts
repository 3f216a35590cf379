import { describe, expect, test } from "bun:test";
import { firstSentence } from "../../src/core/first-sentence.ts";

describe("where a sentence ends", () => {
  test.each([
    ["Creates an issue. Needs a token.", "Creates an issue"],
    ["Creates an issue", "Creates an issue"],
    ["Really delete? Yes! Do it.", "Really delete"],
    ["Watch out! It deletes.", "Watch out"],
    ["One line\nof a sentence. Two.", "One line of a sentence"],
    ["First paragraph\n\nSecond.", "First paragraph"],
    ["First paragraph\r\n\r\nSecond.", "First paragraph"],
    ["  \n\n Starts late. And on.", "Starts late"],
  ])("%j gives %j", (description, sentence) => {
    expect(firstSentence(description)).toBe(sentence);
  });

  test.each([undefined, "", "  ", "\n\n\t"])("there is none in %j", (description) => {
    expect(firstSentence(description)).toBe("");
  });
});

describe("a full stop that ends nothing", () => {
  test.each([
    ["Searches files, e.g. *.ts, by name. Slow.", "Searches files, e.g. *.ts, by name"],
    ["Uses the primary key, i.e. the id. Fast.", "Uses the primary key, i.e. the id"],
    [
      "Lists issues, labels, etc. of a repository. Paged.",
      "Lists issues, labels, etc. of a repository",
    ],
    ["Compares a vs. b in full. Slow.", "Compares a vs. b in full"],
    ["Lists laws of the U.S. by year. Slow.", "Lists laws of the U.S. by year"],
    ["Finds papers by J. Smith and others. Slow.", "Finds papers by J. Smith and others"],
    ["Reads package.json and v1.2 of it. Slow.", "Reads package.json and v1.2 of it"],
    ["Runs `npm.install()` in Node.js 20. Slow.", "Runs `npm.install()` in Node.js 20"],
    ["Calls https://api.example.com/v1. Slow.", "Calls https://api.example.com/v1"],
  ])("%j gives %j", (description, sentence) => {
    expect(firstSentence(description)).toBe(sentence);
  });
});

describe("other writing", () => {
  test.each([
    ["创建一个问题。需要令牌。", "创建一个问题"],
    ["課題を作成します。トークンが必要です。", "課題を作成します"],
    ["删除它吗？是的。", "删除它吗"],
    ["이슈를 만듭니다. 토큰이 필요합니다.", "이슈를 만듭니다"],
    ["Создаёт задачу. Нужен токен.", "Создаёт задачу"],
    ["Crée une tâche. Il faut un jeton.", "Crée une tâche"],
  ])("%j gives %j", (description, sentence) => {
    expect(firstSentence(description)).toBe(sentence);
  });
});

describe("Markdown", () => {
  test.each([
    ["# Title\n\nCreates an issue. More.", "Creates an issue"],
    ["## Title\nCreates an issue. More.", "Creates an issue"],
    ["# Title\r\n\r\nCreates an issue.", "Creates an issue"],
    ["# Title\n## Part\n\nCreates an issue.", "Creates an issue"],
    ["#channels are listed. By name.\n\nMore.", "#channels are listed"],
  ])("%j gives the text: %j", (description, sentence) => {
    expect(firstSentence(description)).toBe(sentence);
  });

  test("a heading alone is better than nothing", () => {
    expect(firstSentence("# Create an issue")).toBe("Create an issue");
    expect(firstSentence("## Create\n\n### An issue\n")).toBe("Create");
  });
});

describe("length", () => {
  test("a sentence of 140 characters is whole", () => {
    const sentence = "x".repeat(140);
    expect(firstSentence(`${sentence}. More.`)).toBe(sentence);
  });

  test("a longer one is cut at a word, with an ellipsis", () => {
    const cut = firstSentence("word ".repeat(100));
    expect(cut).toEndWith("word…");
    expect(cut.length).toBeWithin(130, 141);
  });

  test("a word that never ends is cut anywhere", () => {
    expect(firstSentence("x".repeat(1_000_000))).toBe(`${"x".repeat(139)}…`);
  });

  test("a character outside the basic plane is not cut in half", () => {
    for (const length of [137, 138, 139]) {
      expect(firstSentence(`${"x".repeat(length)}${"😀".repeat(40)}`).isWellFormed()).toBeTrue();
    }
  });

  test.each(["\n", " ", "#", ". ", "a.", "# a\n", "e.g. "])(
    "100,000 times %j is soon done",
    (part) => {
      expect(firstSentence(part.repeat(100_000)).length).toBeLessThanOrEqual(140);
    },
    2000,
  );
});
