import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import textsAndTables from "./notices/texts-and-tables.txt" with { type: "text" };

const ROOT = join(import.meta.dir, "..");
export const NOTICES_FILE = "THIRD_PARTY_NOTICES";

/** Writes the file of notices: `bun scripts/notices.ts`. */
if (import.meta.main) {
  await Bun.write(join(ROOT, NOTICES_FILE), await noticesText());
  console.log(`${NOTICES_FILE} is written`);
}

/** What others have a share in: texts and tables, the packages in the executable, and Bun. */
export async function noticesText(): Promise<string> {
  const notices = await Promise.all(
    (await bundledPackages()).map((name) => loadNotice(join(ROOT, "node_modules", name))),
  );
  const byTerms = Map.groupBy(notices, ({ terms }) => terms);
  const packages = [...byTerms].map(([terms, own]) => {
    return section(own.map(({ title }) => title).join("\n"), terms);
  });
  return [
    textsAndTables.trimEnd(),
    heading("Packages in the executable"),
    ...packages,
    heading("Bun, which runs the executable and is part of it"),
    await bunTerms(),
    "",
  ].join("\n\n");
}

/**
 * The packages whose code is in the executable, as the bundler tells; what a package has bundled into
 * itself is told by its source maps.
 */
async function bundledPackages(): Promise<string[]> {
  const { metafile } = await Bun.build({
    entrypoints: [join(ROOT, "src/main.ts")],
    target: "bun",
    splitting: true,
    metafile: true,
    define: { MCPZIP_VERSION: '""' },
  });
  if (metafile === undefined) throw new Error("the bundler says nothing of what it bundled");
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : [])),
  );
  const sources = await Promise.all(files.filter(packageOf).map(sourcesOf));
  const packages = [...files, ...sources.flat()].flatMap((file) => packageOf(file) ?? []);
  return [...new Set(packages)].toSorted();
}

async function sourcesOf(file: string): Promise<string[]> {
  const map = `${join(ROOT, file)}.map`;
  if (!existsSync(map)) return [];
  // as: the format of source maps.
  return ((await Bun.file(map).json()) as { readonly sources: string[] }).sources;
}

function packageOf(file: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}

interface Notice {
  readonly title: string;
  readonly terms: string;
}

/** The terms that lie in a package's folder. Throws when there are none: then somebody must look. */
export async function loadNotice(folder: string): Promise<Notice> {
  const { name, version, license, homepage } = await Bun.file(join(folder, "package.json")).json();
  const files = (await readdir(folder)).filter((file) =>
    /^(?:licen[cs]e|notice|copying)(?:[.-](?:md|txt|[a-z0-9]+\.(?:md|txt)|mit|apache|bsd))?$/i.test(
      file,
    ),
  );
  if (files.length === 0) throw new Error(`${name} has no file with its licence`);
  const texts = files
    .toSorted()
    .map(async (file) => plain(await Bun.file(join(folder, file)).text()));
  return {
    title: [`${name} ${version} (${license})`, homepage].filter(Boolean).join(", "),
    terms: (await Promise.all(texts)).join("\n\n"),
  };
}

/** Bun's own page on its licence and on those of the libraries in it, of the pinned version. */
async function bunTerms(): Promise<string> {
  const page = join(ROOT, "node_modules/bun-types/docs/project/license.mdx");
  return plain((await Bun.file(page).text()).replace(/^---\n[\s\S]*?\n---\n/, ""));
}

function plain(text: string): string {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  return lines
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

function heading(title: string): string {
  return `\n${title}\n${"=".repeat(title.length)}`;
}

function section(title: string, text: string): string {
  const width = Math.max(...title.split("\n").map(({ length }) => length));
  return `${title}\n${"-".repeat(width)}\n\n${text}`;
}
