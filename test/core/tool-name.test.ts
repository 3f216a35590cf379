import { describe, expect, test } from "bun:test";
import { qualifyToolName, serverNameFault, splitQualifiedName } from "../../src/core/tool-name.ts";

describe("a qualified name", () => {
  test.each([
    ["github", "create_issue"],
    ["my-server", "tool__with__separators"],
    ["a", "_leading"],
    ["a", "__init__"],
    ["a", "trailing__"],
    ["a", "dots.and/slashes"],
  ])("%s and %s come back out of it", (server, tool) => {
    expect(splitQualifiedName(qualifyToolName(server, tool))).toEqual({ server, tool });
  });

  test.each(["", "search_tools", "__", "__tool", "server__", "_", "a_b"])("%j is none", (name) => {
    expect(splitQualifiedName(name)).toBeUndefined();
  });
});

describe("a server's name", () => {
  test.each([
    "github",
    "GitHub-2",
    "a",
    "_a",
    "-a",
    "9",
    "my_server",
    "x".repeat(40),
    "constructor",
  ])("can be %s", (name) => {
    expect(serverNameFault(name)).toBeUndefined();
  });

  test.each([
    ["", "empty"],
    ["a__b", "separates"],
    ["a_", 'end in "_"'],
    ["my server", "letters, digits"],
    ["a.b", "letters, digits"],
    ["café", "letters, digits"],
    ["a\n", "letters, digits"],
    ["a/b", "letters, digits"],
    ["x".repeat(41), "40"],
  ])("cannot be %j", (name, reason) => {
    expect(serverNameFault(name)).toContain(reason);
  });
});
