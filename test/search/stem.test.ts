import { describe, expect, test } from "bun:test";
import { createStem } from "../../src/search/stem.ts";

const stem = createStem();

describe("words that Porter's algorithm throws together are told apart", () => {
  test.each([
    ["news", "new"],
    ["customer", "custom"],
    ["customers", "customs"],
    ["organization", "organ"],
    ["organize", "organ"],
    ["general", "generate"],
    ["university", "universe"],
    ["communicate", "community"],
    ["policy", "police"],
    ["several", "severe"],
    ["training", "train"],
    ["meeting", "meet"],
    ["activity", "activate"],
  ])("%s and %s", (one, other) => {
    expect(stem(one)).not.toBe(stem(other));
  });
});

describe("forms of one word have one stem", () => {
  test.each([
    ["issue", "issues"],
    ["customer", "customers"],
    ["organization", "organizations"],
    ["organisation", "organization"],
    ["organise", "organize"],
    ["authorise", "authorize"],
    ["policy", "policies"],
    ["repository", "repositories"],
    ["create", "creating"],
    ["merge", "merged"],
    ["meeting", "meetings"],
    ["news", "news"],
    ["activity", "activities"],
  ])("%s and %s", (one, other) => {
    expect(stem(one)).toBe(stem(other));
  });
});

test("what is no English is left as it is", () => {
  for (const word of ["天气", "задачу", "__proto__", "42", ""]) expect(stem(word)).toBe(word);
});

test("words that objects have by birth are words like others", () => {
  expect(stem("constructor")).toBe(stem("constructors"));
  expect(stem("hasownproperty")).toBeString();
});

test("a word of 100,000 letters is soon done", () => {
  for (const part of ["a", "b", "y", "ab", "sses", "ing", "eed"]) {
    expect(stem(part.repeat(100_000 / part.length)).length).toBeGreaterThan(1000);
  }
}, 5000);
