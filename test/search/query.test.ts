import { describe, expect, test } from "bun:test";
import { clausesOf, parseQuery, requestWords } from "../../src/search/query.ts";

const BRANDS = new Set(["servicenow", "github", "youtube", "iso8601"]);

function wordsOf(text: string): string[] {
  return requestWords(text, (word) => BRANDS.has(word));
}

describe("filters are taken out of what was typed", () => {
  test.each<[string, string, string[], boolean]>([
    ["create issue", "create issue", [], false],
    ["server:github create issue", "create issue", ["github"], false],
    ["create issue server:github", "create issue", ["github"], false],
    ["create  server:github   issue", "create issue", ["github"], false],
    ["SERVER:GitHub x", "x", ["GitHub"], false],
    ['server:"my server" x', "x", ["my server"], false],
    ["server:a server:b server:a x", "x", ["a", "b"], false],
    ["server:a-b_c", "", ["a-b_c"], false],
    ["is:read-only list issues", "list issues", [], true],
    ["list issues is:readonly", "list issues", [], true],
    ["IS:READ-ONLY x", "x", [], true],
    ["read-only:true x", "x", [], true],
    ["readonly:true server:a", "", ["a"], true],
  ])("%s", (typed, text, servers, isReadOnly) => {
    expect(parseQuery(typed)).toEqual({ text, filter: { servers, isReadOnly } });
  });
});

describe("what only looks like a filter stays", () => {
  test.each([
    "restart server: now",
    "observer:github",
    "this:read-only",
    "is:read-only-ish",
    "read-only:false",
    "a read-only replica",
    "http://server:8080/x",
  ])("%s", (typed) => {
    const { text, filter } = parseQuery(typed);
    expect(text).toBe(typed);
    expect(filter).toEqual({ servers: [], isReadOnly: false });
  });
});

describe("the words of a request", () => {
  test.each<[string, string, string[]]>([
    ["are in lower case and in their order", "Create an Issue", ["create", "an", "issue"]],
    ["hold no address", "open https://a.example/x?y=1#z now", ["open", "url", "now"]],
    ["hold no path, but what kind of file it is", "read /etc/hosts.csv", ["read", "csv"]],
    ["hold no path of a home", "list ~/projects/app", ["list"]],
    ["hold no identifier", "get study NCT04280705 details", ["get", "study", "details"]],
    ["hold no UUID", "show 550e8400e29b41d4a716446655440000", ["show"]],
    ["keep a short number", "tickets of 2024", ["tickets", "of", "2024"]],
    ["keep an identifier that tools speak of", "format ISO8601", ["format", "iso8601"]],
    ["keep a known brand whole", "ServiceNow incident", ["servicenow", "incident"]],
    ["cut what is no brand", "listOpenIssues", ["list", "open", "issues"]],
    ["cut a qualified name", "github__create_issue", ["github", "create", "issue"]],
    [
      "hold no endings of contractions",
      "what's in my dog's inbox",
      "what in my dog inbox".split(" "),
    ],
    ["are pairs of letters in Chinese", "查询天气", ["查询", "询天", "天气"]],
    ["are none in punctuation", "?!… —", []],
  ])("%s", (_, text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test("are so many at most that no query costs much", () => {
    expect(wordsOf("alpha beta ".repeat(1000)).length).toBeLessThan(100);
  });
});

describe("a request for several things is cut into them", () => {
  test.each<[string, string[]]>([
    ["list open issues and send a slack message", ["list open issues", "send a slack message"]],
    ["read the file, then email the report", ["read the file", "email the report"]],
    ["take screenshot; upload picture", ["take screenshot", "upload picture"]],
    ["merge pull request. Delete the branch", ["merge pull request", "Delete the branch"]],
    ["create issue + assign owner", ["create issue", "assign owner"]],
  ])("%s", (text, clauses) => {
    expect(clausesOf(text).map((clause) => clause.replace(/^,|,$/, "").trim())).toEqual(clauses);
  });

  test.each(["create issue", "search and replace", "files and folders", "", "and then", "and and"])(
    "not %s",
    (text) => {
      expect(clausesOf(text)).toEqual([]);
    },
  );
});
