import { expect, test } from "bun:test";
import { nearestNames } from "../../src/core/nearest.ts";

const TOOLS = [
  "github__create_issue",
  "github__create_pull_request",
  "github__list_issues",
  "slack__post_message",
  "slack__list_channels",
];

test.each([
  ["github__create_isue", "github__create_issue"],
  ["github_create_issue", "github__create_issue"],
  ["GitHub.CreateIssue", "github__create_issue"],
  ["create_issue", "github__create_issue"],
  ["post-message", "slack__post_message"],
  ["slack__list_chanels", "slack__list_channels"],
])("%s is taken for %s", (name, expected) => {
  expect(nearestNames(name, TOOLS)[0]).toBe(expected);
});

test("a name that holds a candidate counts as close", () => {
  const candidates = ["issues", "channels"];
  expect(nearestNames("please_list_all_issues_of_this_repository", candidates)).toEqual(["issues"]);
});

test("what shares too little is left out", () => {
  expect(nearestNames("zzzzzz", TOOLS)).toEqual([]);
  expect(nearestNames("", TOOLS)).toEqual([]);
  expect(nearestNames("anything", [])).toEqual([]);
});

test("one or two letters match no more than they are", () => {
  expect(nearestNames("is", TOOLS)).toEqual([]);
});

test("the best three come first, fewer when asked", () => {
  const candidates = ["aaaa", "aaab", "aabb", "aaac", "aaaad"];
  expect(nearestNames("aaaa", candidates)).toEqual(["aaaa", "aaaad", "aaab"]);
  expect(nearestNames("aaaa", candidates, 1)).toEqual(["aaaa"]);
});

test("equals are in the order of the alphabet, whatever order they came in", () => {
  const candidates = ["tool_c", "tool_a", "tool_b"];
  expect(nearestNames("tool_x", candidates)).toEqual(["tool_a", "tool_b", "tool_c"]);
});

test("takes any iterable", () => {
  expect(nearestNames("slak", new Map([["slack", 1]]).keys())).toEqual(["slack"]);
});
