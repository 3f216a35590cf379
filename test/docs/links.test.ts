import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { repository } from "../../package.json";
import { anchorsOf, DOCUMENTS, readDocument, ROOT, withoutFences } from "./documents.ts";

/** `[text](target)`, `<img src="target">`, `<a href="target">`. */
function linksOf(markdown: string): string[] {
  const text = withoutFences(markdown).replace(/`[^`\n]*`/g, "");
  const found = text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|\b(?:src|href|srcset)="([^"]+)"/g);
  return [...found].map(([, inText, inTag]) => inText ?? inTag ?? "");
}

/** Why a link leads nowhere, or nothing when it does. */
function faultOf(document: string, link: string): string | undefined {
  if (/^(https?|mailto):/.test(link)) return undefined;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? document : relative(ROOT, join(ROOT, dirname(document), path));
  if (target.startsWith("..") || !existsSync(join(ROOT, target)))
    return `${document}: there is no ${link}`;
  if (anchor === undefined || !target.endsWith(".md")) return undefined;
  return anchorsOf(readDocument(target)).has(anchor)
    ? undefined
    : `${document}: ${target} has no heading for #${anchor}`;
}

test.each(DOCUMENTS)("every link of %s leads somewhere", (document) => {
  const faults = linksOf(readDocument(document)).map((link) => faultOf(document, link));
  expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
});

test("a link to a file or a heading that is not there is found", () => {
  const text =
    '[a](docs/gone.md) [b](#gone) [c](docs/errors.md#gone) <img src="gone.svg"> `[d](x)`';
  const links = linksOf(text);
  expect(links).toEqual(["docs/gone.md", "#gone", "docs/errors.md#gone", "gone.svg"]);
  expect(links.filter((link) => faultOf("README.md", link) === undefined)).toEqual([]);
  expect(faultOf("README.md", "docs/errors.md#error-codes")).toBeUndefined();
  expect(faultOf("README.md", "/etc/passwd")).toBeDefined();
});

test("wherever our repository is named, it is the one of package.json", () => {
  const ours = repository.replace(/^github:/, "");
  const files = [...DOCUMENTS, "schema/mcpzip.schema.json"];
  const named = files.flatMap((file) => [
    ...readDocument(file).matchAll(/(?:github|raw\.githubusercontent)\.com\/([\w.-]+\/mcpzip)\b/g),
  ]);
  expect(named.length).toBeGreaterThan(0);
  expect(new Set(named.map(([, name]) => name))).toEqual(new Set([ours]));
  const taps = files.flatMap((file) => [
    ...readDocument(file).matchAll(/\b([\w.-]+)\/tap\/mcpzip\b/g),
  ]);
  expect(new Set(taps.map(([, owner]) => `${owner}/mcpzip`))).toEqual(new Set([ours]));
});
