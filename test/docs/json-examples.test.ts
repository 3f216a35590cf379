import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { DOCUMENTS, fencesOf, readDocument } from "./documents.ts";

/*
 * A block of JSON is a whole config of mcpzip. Two marks behind the language say otherwise: `json fragment`
 * is a part of one, `json other` is another program's.
 */
const examples = DOCUMENTS.flatMap((document) =>
  fencesOf(readDocument(document))
    .filter(({ info }) => /^jsonc?\b/.test(info))
    .map(({ info, text }) => ({ document, info, text, title: text.trim().split("\n", 1)[0] })),
);

test("there are examples", () => {
  expect(examples.length).toBeGreaterThan(8);
});

test.each(examples)("$document: $title is what it shows", async ({ info, text }) => {
  if (info.startsWith("json ")) expect(() => JSON.parse(asObject(text))).not.toThrow();
  if (!info.endsWith(" other")) expect(await faultsIn(configOf(info, text))).toEqual([]);
});

test("an example with an unknown key, or a value of the wrong kind, is found", async () => {
  expect(await faultsIn('{ "mcpServers": {}, "gone": 1 }')).not.toEqual([]);
  expect(await faultsIn('{ "mcpServers": { "a": { "command": 1 } } }')).not.toEqual([]);
  expect(await faultsIn(configOf("json fragment", '"oauth": { "gone": 1 }'))).not.toEqual([]);
});

/** A fragment is put where it belongs: with the settings, or into a remote server. */
function configOf(info: string, text: string): string {
  if (!info.endsWith(" fragment")) return text;
  const body = asObject(text).trim().slice(1, -1).replace(/,\s*$/, "");
  return text.trimStart().startsWith('"oauth"')
    ? `{ "mcpServers": { "a": { "url": "https://a.example.com", ${body} } } }`
    : `{ "mcpServers": {}, ${body} }`;
}

function asObject(text: string): string {
  return text.trimStart().startsWith("{") ? text : `{${text}}`;
}

/** What mcpzip would say of such a config file, with all variables set. */
async function faultsIn(text: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "mcpzip-docs-"));
  try {
    const path = join(folder, "config.json");
    writeFileSync(path, text);
    const names = [...text.matchAll(/\$\{(?:env:)?(\w+)/g)].map(([, name = ""]) => name);
    const env = Object.fromEntries(["GEMINI_API_KEY", ...names].map((name) => [name, "value"]));
    const { config, warnings } = await loadConfig(path, { ...env, HOME: folder });
    return [...config.faults.values(), ...warnings].map((fault) => JSON.stringify(fault));
  } catch (error) {
    return [String(error)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
