import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageManager } from "../../package.json";

const ROOT = join(import.meta.dir, "../..");

test.each([
  "README.md",
  "CONTRIBUTING.md",
  "AGENTS.md",
  ".ci/run",
  ".github/workflows/ci.yml",
  ".github/workflows/release.yml",
])("%s names no other Bun than the one that package.json pins", (file) => {
  const named = readFileSync(join(ROOT, file), "utf8").match(/\bbun@\d+\.\d+\.\d+/g) ?? [];
  expect(named.length).toBeGreaterThan(0);
  expect(new Set(named)).toEqual(new Set([packageManager]));
});

test("the tests run on that Bun", () => {
  expect(`bun@${Bun.version}`).toBe(packageManager);
});
