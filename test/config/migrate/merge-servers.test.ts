import { expect, test } from "bun:test";
import { claudeCode } from "../../../src/config/clients/claude-code.ts";
import type { Client, Fields } from "../../../src/config/clients/client.ts";
import { cursor } from "../../../src/config/clients/cursor.ts";
import { zed } from "../../../src/config/clients/zed.ts";
import { ServerMerger } from "../../../src/config/migrate/merge-servers.ts";

type Found = readonly [client: Client, name: string, entry: Fields];

function merged(found: readonly Found[], present: Readonly<Record<string, unknown>> = {}) {
  const merger = new ServerMerger(present);
  for (const [position, [client, name, entry]] of found.entries()) {
    const isDisabled = entry.disabled === true;
    const source = { client, path: "/f", name, position, isDisabled };
    merger.take(entry, { source, variables: [] });
  }
  return merger.servers().map(({ name, entry, isPresent }) => ({ name, entry, isPresent }));
}

const X = { command: "x", args: ["1"] };
const Y = { command: "y" };

test("equal servers come once, whatever they are called", () => {
  const servers = merged([
    [claudeCode, "a", { ...X, env: {} }],
    [cursor, "a", { args: ["1"], command: "x" }],
    [zed, "other", { ...X, call_timeout_seconds: 9 }],
  ]);
  expect(servers).toEqual([{ name: "a", entry: { ...X, env: {} }, isPresent: false }]);
});

test("another server of the same name gets the client's name", () => {
  const names = merged([
    [claudeCode, "a", X],
    [cursor, "a", Y],
    [cursor, "a-cursor", { command: "z" }],
    [zed, "a", { url: "https://a.b" }],
  ]).map(({ name }) => name);
  expect(names).toEqual(["a", "a-cursor", "a-cursor-cursor", "a-zed"]);
});

test("what is in mcpzip's config keeps its name and its place", () => {
  const servers = merged(
    [
      [cursor, "a", X],
      [cursor, "b", Y],
    ],
    { b: { command: "old" }, mine: { ...X, disabled: true }, broken: 7 },
  );
  expect(servers).toEqual([
    { name: "mine", entry: { ...X, disabled: true }, isPresent: true },
    { name: "b-cursor", entry: Y, isPresent: false },
  ]);
});

test("a server stays disabled when every client has it so", () => {
  const off = { ...X, disabled: true };
  expect(merged([[cursor, "a", off]])[0]?.entry).toEqual(off);
  expect(
    merged([
      [cursor, "a", off],
      [zed, "a", off],
    ])[0]?.entry,
  ).toEqual(off);
  expect(
    merged([
      [cursor, "a", off],
      [zed, "a", X],
    ])[0]?.entry,
  ).toEqual(X);
});

test("servers that differ in a header, a variable, or the kind of transport are others", () => {
  const url = "https://a.b/c";
  const entries = [
    { url },
    { url, headers: { K: "1" } },
    { url, headers: { K: "2" } },
    { type: "sse", url },
  ];
  expect(merged(entries.map((entry): Found => [cursor, "a", entry]))).toHaveLength(4);
});

test.each([
  ["My Server!", "My-Server"],
  ["@scope/name", "scope-name"],
  ["a__b", "a_b"],
  ["trailing_", "trailing"],
  ["日本", "server"],
  ["x".repeat(60), "x".repeat(40)],
  ["", "server"],
])("a name that tools cannot have is mended: %p", (name, expected) => {
  expect(merged([[cursor, name, X]])[0]?.name).toBe(expected);
});

test("long names that clash stay within the limit and stay apart", () => {
  const name = "x".repeat(40);
  const names = merged([1, 2, 3, 4].map((n): Found => [claudeCode, name, { command: `${n}` }])).map(
    (server) => server.name,
  );
  expect(new Set(names).size).toBe(4);
  for (const each of names) expect(each.length).toBeLessThanOrEqual(40);
});
