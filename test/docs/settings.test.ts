import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SCHEMA_FILE } from "../../scripts/schema.ts";
import { readDocument, ROOT } from "./documents.ts";

/** Every key that may stand in the config file, at any depth; not the names of servers, headers and variables. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const properties = "properties" in schema ? Object(schema.properties) : {};
  const below = Object.values(schema).flatMap((part) => keysOf(part));
  return [...Object.keys(properties), ...below];
}

const keys = [...new Set(keysOf(JSON.parse(readFileSync(join(ROOT, SCHEMA_FILE), "utf8"))))];

test("the schema has the keys that are looked for below", () => {
  expect(keys).toContainValues(["mcpServers", "default_limit", "callbackPort", "dimensions"]);
});

test.each(keys)("docs/config.md has a row for the key %s", (key) => {
  expect(readDocument("docs/config.md")).toMatch(
    new RegExp(`^\\| [^|]*\`${RegExp.escape(key)}\``, "m"),
  );
});

/** By `env.NAME`, by `{ NAME }` of an environment, and by a list of names that are looked up one by one. */
function variablesIn(source: string): string[] {
  const dotted = source.matchAll(/\benv\.([A-Za-z_]+)\b(?!\.?["'`])/g);
  const taken = source.matchAll(
    /\{([\w\s,:]+)\}: (?:Env\b|DoctorContext\["env"\])|\{([\w\s,:]+)\} = [\w.]*\benv;/g,
  );
  const lists = source.matchAll(/\b[A-Z_]+(?:_VARIABLES|_FILES) = \[([^\]]+)\]/g);
  return [
    ...[...dotted].map(([, name = ""]) => name),
    ...[...taken].flatMap(
      ([, given, read]) => (given ?? read ?? "").match(/\w+(?=\s*(?:[:,]|$))/g) ?? [],
    ),
    ...[...lists].flatMap(([, names = ""]) => names.match(/\w+/g) ?? []),
  ].filter((name) => /^[A-Z]|_proxy$/.test(name));
}

const SOURCES = [...new Bun.Glob("src/**/*.ts").scanSync(ROOT)].map((path) =>
  readFileSync(join(ROOT, path), "utf8"),
);
/** What Windows and Node spell in another way is the same variable. */
const variables = [...new Set(SOURCES.flatMap(variablesIn).map((name) => name.toUpperCase()))];

test("the source reads the variables that are looked for below", () => {
  expect(variables).toContainValues(["GEMINI_API_KEY", "NO_COLOR", "SSL_CERT_FILE", "HTTPS_PROXY"]);
  expect(variablesIn("const { TERM, a }: Env; env.HOME; from './env.ts'")).toEqual([
    "HOME",
    "TERM",
  ]);
});

test.each(variables)("docs/environment.md explains the variable %s", (name) => {
  const rows = readDocument("docs/environment.md").toUpperCase();
  expect(rows).toMatch(new RegExp(`^\\| [^|]*\`${name}\``, "m"));
});
