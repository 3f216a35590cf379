import { expect, test } from "bun:test";
import { editTable } from "../../../src/config/clients/edit-table.ts";
import { editJsonc } from "../../../src/config/edit-jsonc.ts";

const OTHERS = Object.fromEntries(
  Array.from({ length: 3000 }, (_, index) => [`/p/${index}`, { history: ["x".repeat(60)] }]),
);
const SERVERS = { a: { command: "a" }, b: { command: "b", args: ["x"] }, c: { url: "https://c" } };

function big(space: string | undefined, eol = "\n"): string {
  const root = { first: 1, projects: { ...OTHERS, "/w": { mcpServers: SERVERS, x: 1 } } };
  const text = JSON.stringify({ ...root, mcpServers: SERVERS, last: "y" }, undefined, space);
  return text.replaceAll("\n", eol);
}

const EDITS = [
  { path: ["a"], value: undefined },
  { path: ["c"], value: undefined },
  { path: ["mcpzip"], value: { command: "mcpzip", args: ["serve"] } },
];

test.each([
  ["two spaces", big("  ")],
  ["tabs", big("\t")],
  ["four spaces and Windows line ends", big("    ", "\r\n")],
  ["all on one line", big(undefined)],
  ["comments", big("  ").replace('"mcpServers": {', '"mcpServers": { // all of them')],
])("a large text with %s is edited as a small one would be", (_, text) => {
  expect(text.length).toBeGreaterThan(200_000);
  for (const at of [["mcpServers"], ["projects", "/w", "mcpServers"]]) {
    const direct = EDITS.map((edit) => ({ ...edit, path: [...at, ...edit.path] }));
    expect(editTable(text, { at, edits: EDITS, file: "f" })).toBe(editJsonc(text, direct));
  }
});

test("a table that is written twice, and one that is not there, are found all the same", () => {
  const twice = big("  ").replace("{", '{"mcpServers": {"a": {"command": "old"}},');
  const direct = EDITS.map((edit) => ({ ...edit, path: ["mcpServers", ...edit.path] }));
  expect(editTable(twice, { at: ["mcpServers"], edits: EDITS, file: "f" })).toBe(
    editJsonc(twice, direct),
  );
  const added = editTable(big("  "), { at: ["other"], edits: EDITS.slice(2), file: "f" });
  expect(JSON.parse(added)).toMatchObject({ other: { mcpzip: { command: "mcpzip" } } });
});
