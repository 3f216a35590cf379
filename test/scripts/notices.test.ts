import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { dependencies } from "../../package.json";
import { loadNotice, NOTICES_FILE, noticesText } from "../../scripts/notices.ts";

/** What is there for tests only: not one line of it is in the executable. */
const NOT_BUNDLED: ReadonlySet<string> = new Set(["@modelcontextprotocol/sdk"]);

const committed = await Bun.file(new URL(`../../${NOTICES_FILE}`, import.meta.url)).text();

test("the notices are those of what the executable holds; bun scripts/notices.ts writes them", async () => {
  expect(committed).toBe(await noticesText());
});

test("every dependency has a notice, and what comes inside another package too", () => {
  const names = Object.keys(dependencies).filter((name) => !NOT_BUNDLED.has(name));
  for (const name of [...names, "ajv", "Toucan", "tldr-pages", "LiveMCPBench"]) {
    expect(committed).toContain(`\n${name}`);
  }
  expect(committed).toContain("JavaScriptCore");
});

test("the notices name no path of a machine", () => {
  expect(committed).not.toMatch(/\/(?:work|home|root|Users|tmp)\//);
});

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mcpzip-notices-"));
  const description = { name: "left-pad", version: "1.2.3", license: "WTFPL" };
  await Bun.write(join(folder, "package.json"), JSON.stringify(description));
});
afterEach(() => rm(folder, { recursive: true }));

test("a package without a licence file stops the writing", async () => {
  await Bun.write(join(folder, "license.js"), "export {};");
  await Bun.write(join(folder, "README.md"), "# MIT");
  await expect(loadNotice(folder)).rejects.toThrow("left-pad has no file with its licence");
});

test("a package's licence and notice both count, whatever their line ends", async () => {
  await Bun.write(join(folder, "LICENSE.md"), "Do what\r\nyou want  \r\n");
  await Bun.write(join(folder, "NOTICE"), "Made by hand\n");
  expect(await loadNotice(folder)).toEqual({
    title: "left-pad 1.2.3 (WTFPL)",
    terms: "Do what\nyou want\n\nMade by hand",
  });
});
