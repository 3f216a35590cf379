import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../../package.json";
import { releaseNotes, versionOfTag } from "../../../scripts/publish/release-notes.ts";

const ROOT = join(import.meta.dir, "../../..");
const CHANGELOG = `# Changelog

About this file.

## [Unreleased]

## [1.3.0] - 2026-12-01

### Added

- A thing, see [docs](docs/cli.md).
- \`## not a heading\`

## 1.2.0

First.

[1.3.0]: https://example.com/1.3.0
`;

test("cuts out what stands under a version, whatever the heading's form", () => {
  expect(releaseNotes(CHANGELOG, "1.3.0")).toBe(
    "### Added\n\n- A thing, see [docs](docs/cli.md).\n- `## not a heading`",
  );
  expect(releaseNotes(CHANGELOG, "1.2.0")).toBe("First.");
  expect(releaseNotes(CHANGELOG.replaceAll("\n", "\r\n"), "1.2.0")).toBe("First.");
});

test("a version without a section, or with an empty one, is no release", () => {
  expect(() => releaseNotes(CHANGELOG, "1.3")).toThrow('no section "## 1.3"');
  expect(() => releaseNotes("## 2.0.0\n\n## 1.0.0\n\nOld.\n", "2.0.0")).toThrow("says nothing");
});

test("changes that were left under Unreleased stop a release", () => {
  const left = "## Unreleased\n\n- Forgotten.\n\n## 1.0.0\n\nFirst.\n";
  expect(() => releaseNotes(left, "1.0.0")).toThrow('under "Unreleased"');
});

test("a tag stands for package.json's version or for none", () => {
  expect(versionOfTag("v1.2.0", "1.2.0")).toBe("1.2.0");
  expect(() => versionOfTag("v1.2.1", "1.2.0")).toThrow('the tag is "v1.2.1"');
  expect(() => versionOfTag("1.2.0", "1.2.0")).toThrow('"1.2.0"');
});

test("notes can be cut from our own CHANGELOG.md", () => {
  const ours = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
  const released = ours.replace(/^## Unreleased$/m, "## 99.0.0");
  expect(releaseNotes(released, released === ours ? version : "99.0.0").length).toBeGreaterThan(20);
});
