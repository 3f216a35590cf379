import { expect, test } from "bun:test";
import { splitWords } from "../../../src/cli/init/split-words.ts";

test.each([
  ["npx -y server", ["npx", "-y", "server"]],
  ["  uvx\tx  ", ["uvx", "x"]],
  [`a "b c" 'd e'`, ["a", "b c", "d e"]],
  [`--x="b c"'d'`, ["--x=b cd"]],
  [`"" ''`, ["", ""]],
  [String.raw`a\ b \"c\" '\'`, ["a b", '"c"', "\\"]],
  [String.raw`"a \"b\" \\"`, [String.raw`a "b" ` + "\\"]],
  [String.raw`C:\Tools\x.exe "C:\My Files"`, [String.raw`C:\Tools\x.exe`, String.raw`C:\My Files`]],
  ["", []],
])("%j is %j", (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test.each([[`a "b`], [`it's`], [String.raw`"a\"`]])("%j has a quote that is not closed", (line) => {
  expect(splitWords(line)).toBeUndefined();
});
