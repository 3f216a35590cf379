import { join } from "node:path";
import { version } from "../../package.json";

const CHANGELOG = join(import.meta.dir, "../../CHANGELOG.md");

/**
 * What CHANGELOG.md says of a version, without its heading: the notes of the release.
 * Throws when there is no such section, when it is empty, or when changes still stand under "Unreleased".
 */
export function releaseNotes(changelog: string, wanted: string): string {
  const sections = sectionsOf(changelog.replaceAll("\r\n", "\n"));
  const notes = sections.get(wanted);
  if (notes === undefined)
    throw new Error(`CHANGELOG.md has no section "## ${wanted}": rename "Unreleased" to it`);
  if (notes === "") throw new Error(`CHANGELOG.md says nothing under "## ${wanted}"`);
  if ((sections.get("Unreleased") ?? "") !== "")
    throw new Error(`CHANGELOG.md still has changes under "Unreleased": move them to "${wanted}"`);
  return notes;
}

/** The version that a tag stands for. Throws when it is not the one of package.json. */
export function versionOfTag(tag: string, packaged: string): string {
  if (tag === `v${packaged}`) return packaged;
  throw new Error(`the tag is "${tag}", and package.json says v${packaged}`);
}

/** By what the heading names: `## 1.2.3`, `## [1.2.3] - 2026-01-31`. */
function sectionsOf(changelog: string): ReadonlyMap<string, string> {
  const [, ...parts] = changelog.split(/^## /m);
  return new Map(
    parts.map((part) => {
      const [heading = "", ...lines] = part.split("\n");
      const name = heading.replace(/^\[([^\]]*)\].*$|^(\S+).*$/, "$1$2");
      return [name, withoutLinks(lines.join("\n")).trim()];
    }),
  );
}

/** Keep a Changelog ends with `[1.2.3]: https://…`, which belongs to no version. */
function withoutLinks(text: string): string {
  return text.replace(/^\[[^\]]+\]: \S+$/gm, "");
}

if (import.meta.main) {
  const [tag] = Bun.argv.slice(2);
  if (tag === undefined) throw new Error("usage: bun scripts/publish/release-notes.ts TAG");
  const changelog = await Bun.file(CHANGELOG).text();
  console.log(releaseNotes(changelog, versionOfTag(tag, version)));
}
