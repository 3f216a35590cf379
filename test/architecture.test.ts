import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** main.ts and cli/ share a floor and a room. */
const FLOORS: Readonly<Record<string, number>> = {
  core: 0,
  platform: 1,
  auth: 2,
  config: 2,
  rpc: 2,
  transport: 3,
  search: 4,
  catalog: 4,
  upstream: 4,
  proxy: 5,
  "app.ts": 6,
  cli: 7,
};

/** Where each package may be imported, and how: `path(fixed)`, `path(lazy)` or `path(type)`. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  "@modelcontextprotocol/client": /^(auth|transport|upstream)\/.*\((lazy|type)\)$/,
  "@orama/orama": /^search\/(orama-index|stem)\.ts/,
  bun: /\(type\)$/,
  "bun:sqlite":
    /^(catalog\/(inspect-file\.ts|store\.ts\(type\))|platform\/(file-lock|cache-database)|search\/models\/vector-store\.ts\(type\))/,
  "@clack/prompts": /^cli\/(init|confirm).*\((lazy|type)\)$/,
  citty: /^cli\/(command\.ts|args\.ts\(type\))/,
  "fastest-levenshtein": /^core\//,
  hono: /^(auth\/callback-server|transport\/downstream-http)\.ts/,
  jose: /^auth\/.*\((lazy|type)\)$/,
  "jsonc-parser": /^config\//,
  "node:process": /^$/,
  "smol-toml": /^config\/clients\/toml-(text|sections)\.ts/,
  zod: /^config\//,
};

/** What may stand in some files only. */
const WORDS: readonly { readonly word: RegExp; readonly allowed: RegExp }[] = [
  {
    word: /\bprocess\.env\b|\bprocess\[|\bBun\.env\b|\bimport\.meta\.env\b/,
    allowed: /^main\.ts$/,
  },
  { word: /\bprocess\.exit\b/, allowed: /^main\.ts$/ },
  { word: /\b(Bun|process)\.stdout\b/, allowed: /^transport\/downstream-stdio\.ts$/ },
  { word: /\bconsole\./, allowed: /^cli\/output\.ts$/ },
  // An import that nobody can read off the source would escape the floors.
  { word: /\bimport\((?!\s*")|\brequire\(/, allowed: /^$/ },
];

/** `import … from "x"`, `export … from "x"`, `import "x"` and `import("x")`. */
const IMPORT =
  /^(?:(?:import|export)\b( type)?[^"';=]*?\bfrom|import) ?"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;

/** Everything in which one source file breaks the rules of the house. */
function faultsOf(path: string, source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "$1");
  const imports = [...code.matchAll(IMPORT)].map(([, type, fixed, lazy = ""]) => {
    const how = type === undefined ? "fixed" : "type";
    return importFault(path, fixed === undefined ? [lazy, "lazy"] : [fixed, how]);
  });
  const words = WORDS.filter(({ word, allowed }) => word.test(code) && !allowed.test(path));
  return [
    ...imports.filter((fault) => fault !== undefined),
    ...words.map(({ word }) => `${path} holds ${word.exec(code)?.[0]}`),
    ...(source.split("\n").length > 251 ? [`${path} has more than 250 lines`] : []),
    ...(/^(index|utils?|types)\.ts$/.test(basename(path)) ? [`${path} says nothing`] : []),
    ...(roomOf(path) in FLOORS ? [] : [`${path} stands on no floor`]),
  ];
}

function importFault(path: string, [target, how]: readonly [string, string]): string | undefined {
  const fault = `${path} imports ${target} (${how})`;
  if (!target.startsWith(".")) return mayImport(`${path}(${how})`, target) ? undefined : fault;
  const [from, to] = [roomOf(path), roomOf(join(path, "..", target))];
  const isLower = (FLOORS[to] ?? Infinity) < (FLOORS[from] ?? -1);
  return from === to || isLower ? undefined : fault;
}

function mayImport(path: string, target: string): boolean {
  const [, name = target] = /^((?:@[^/]+\/)?[^/]+)/.exec(target) ?? [];
  const allowed = PACKAGES[name];
  if (allowed !== undefined) return allowed.test(path);
  return name.startsWith("node:") && roomOf(path) !== "core";
}

function roomOf(path: string): string {
  const [room = ""] = path.split("/");
  return room === "main.ts" ? "cli" : room;
}

const SOURCES = join(import.meta.dir, "../src");
const files = [...new Bun.Glob("**/*.ts").scanSync(SOURCES)].map((file) =>
  file.replaceAll("\\", "/"),
);

test("every source file keeps to its floor, its packages and its size", () => {
  expect(files.length).toBeGreaterThan(60);
  const faults = files.flatMap((file) => faultsOf(file, readFileSync(join(SOURCES, file), "utf8")));
  expect(faults).toEqual([]);
});

test.each([
  ["a type of a higher floor", "core/a.ts", 'import type { Log } from "../platform/log.ts";'],
  ["a sibling", "search/a.ts", 'import { Catalog } from "../catalog/catalog.ts";'],
  ["a lazy import", "rpc/a.ts", 'const { run } = await import("../cli/run.ts");'],
  ["an imported type", "rpc/a.ts", 'type Run = import("../cli/run.ts").Run;'],
  ["an import of many lines", "proxy/a.ts", 'import {\n  one,\n  two,\n} from "../app.ts";'],
  ["an export", "config/a.ts", 'export { run } from "../cli/run.ts";'],
  ["an import of nothing", "proxy/a.ts", 'import "../cli/run.ts";'],
  ["an unknown room", "cli/a.ts", 'import "../helpers/a.ts";'],
  ["input and output in core", "core/a.ts", 'import { join } from "node:path";'],
  ["a package in a foreign room", "core/a.ts", 'import * as z from "zod/mini";'],
  [
    "a heavy package that is not lazy",
    "upstream/a.ts",
    'import { Client } from "@modelcontextprotocol/client";',
  ],
  ["more than a package's types", "platform/a.ts", 'import { serve } from "bun";'],
  ["Bun's own package", "platform/a.ts", 'import { $ } from "bun";'],
  ["a package nobody listed", "app.ts", 'import leftPad from "left-pad";'],
  ["an import that cannot be read", "cli/a.ts", "await import(name);"],
  ["the environment", "app.ts", "const { HOME } = process.env;"],
  ["an exit", "cli/a.ts", "process.exit(1);"],
  ["stdout", "cli/a.ts", 'Bun.stdout.write("hello");'],
  ["the console", "cli/a.ts", 'console.log("hello");'],
  ["251 lines", "core/a.ts", "\n".repeat(251)],
  ["a name without meaning", "core/utils.ts", "export const a = 1;"],
  ["a folder on no floor", "helpers/a.ts", "export const a = 1;"],
])("finds the fault: %s", (_, path, source) => {
  expect(faultsOf(path, source)).toHaveLength(1);
});

test.each([
  ["comments", "core/a.ts", '// process.env, import("../cli/run.ts")\n/* console.log */'],
  ["a package's types", "platform/a.ts", 'import type { Server } from "bun";'],
  [
    "main.ts",
    "main.ts",
    'import { run } from "./cli/run.ts";\nprocess.exit(await run(process.env));',
  ],
  ["an exit code", "cli/a.ts", "process.exitCode = 1;"],
  [
    "words that look like imports",
    "core/a.ts",
    'export const a = "import";\nexport type B = "x" | "y";',
  ],
  ["250 lines", "core/a.ts", "\n".repeat(250)],
])("finds no fault in %s", (_, path, source) => {
  expect(faultsOf(path, source)).toEqual([]);
});
