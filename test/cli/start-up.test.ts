import { expect, test } from "bun:test";
import { dirname, isAbsolute, join } from "node:path";

const SOURCES = join(import.meta.dir, "../../src");

/** What a file imports at once, with what that imports: our files by path, all else by name. */
async function loadedWith(path: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const source = await Bun.file(path).text();
  for (const { kind, path: target } of new Bun.Transpiler({ loader: "ts" }).scanImports(source)) {
    if (kind !== "import-statement") continue;
    if (target.startsWith(".")) await loadedWith(join(dirname(path), target), seen);
    else seen.add(target);
  }
  return seen;
}

test("mcpzip starts, and serves, without loading a package or the parser of commands", async () => {
  const loaded = [...(await loadedWith(join(SOURCES, "main.ts")))];
  expect(loaded).toContain(join(SOURCES, "cli/serve.ts"));
  expect(loaded).not.toContain(join(SOURCES, "cli/command.ts"));
  expect(loaded).not.toContain(join(SOURCES, "cli/help.ts"));
  expect(loaded.filter((name) => !isAbsolute(name) && !name.startsWith("node:"))).toEqual([]);
});

test.each(["help", "main-help"])("%s is shown without the parser of commands", async (file) => {
  expect([...(await loadedWith(join(SOURCES, `cli/${file}.ts`)))]).not.toContain("citty");
});

test("the parser of commands is citty", async () => {
  expect([...(await loadedWith(join(SOURCES, "cli/command.ts")))]).toContain("citty");
});
