import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dir, "../..");

/** What people read, by path from the root. */
export const DOCUMENTS: readonly string[] = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "AGENTS.md",
  "CHANGELOG.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

export function readDocument(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** A block of code between lines of three backticks. */
export interface Fence {
  /** What stands behind the first backticks: `json`, `json fragment`, nothing. */
  readonly info: string;
  readonly text: string;
}

export function fencesOf(markdown: string): Fence[] {
  const found = markdown.matchAll(/^ *```(.*)\n([\s\S]*?)^ *```$/gm);
  return [...found].map(([, info = "", text = ""]) => ({ info: info.trim(), text }));
}

/** Code in the middle of a sentence or of a table, where `\|` stands for a bar. */
export function inlineCodeOf(markdown: string): string[] {
  const found = withoutFences(markdown).matchAll(/(?<!`)`([^`\n]+)`(?!`)/g);
  return [...found].map(([, code = ""]) => code.replaceAll("\\|", "|"));
}

export function withoutFences(markdown: string): string {
  return markdown.replace(/^ *```[\s\S]*?^ *```$/gm, "");
}

/** The anchors that GitHub gives to headings; the second of a name gets a number. */
export function anchorsOf(markdown: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...withoutFences(markdown).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => {
    const anchor = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return new Set(anchors);
}
