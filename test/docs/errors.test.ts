import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ERROR_CODES } from "../../src/core/error.ts";

/** The rows of docs/errors.md: code, what happened, what to do. */
function documented(): string[][] {
  const text = readFileSync(join(import.meta.dir, "../../docs/errors.md"), "utf8");
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
}

test("docs/errors.md has every code once, in order, and no other", () => {
  const codes = documented().map(([code]) => code?.replaceAll("`", ""));
  expect(codes).toEqual(ERROR_CODES.toSorted());
});

test.each(documented())("%s is explained by what happened and what to do", (_code, what, cure) => {
  expect(what?.length).toBeGreaterThan(20);
  expect(cure?.length).toBeGreaterThan(20);
});
