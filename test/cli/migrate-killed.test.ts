import { expect, setDefaultTimeout, test } from "bun:test";
import { watch } from "node:fs";
import { parse } from "smol-toml";
import { parse as parseJsonc } from "jsonc-parser";
import { LINUX_FILES } from "../config/clients/client-home.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { CONFIG, MigrateHome } from "./migrate-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** Runs a migration and kills it, without a chance to clean up, when a file of that name is touched. */
async function killAt(home: MigrateHome, words: readonly string[], point: RegExp): Promise<void> {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const watcher = watch(home.path, { recursive: true }, (_, name) => {
    if (point.test(name ?? "")) resolve();
  });
  const running = home.start(...words);
  try {
    await Promise.race([reached, running.ended]);
  } finally {
    await running.end();
    watcher.close();
  }
}

/** Every file of a client, whole, with the names of its servers. */
function serversIn(home: MigrateHome): Record<string, string[]> {
  const names = Object.keys(LINUX_FILES).map((file) => {
    const text = home.read(file);
    const errors: { error: number; offset: number; length: number }[] = [];
    const root = file.endsWith(".toml")
      ? parse(text)
      : parseJsonc(text, errors, { allowTrailingComma: true });
    expect({ file, errors }).toEqual({ file, errors: [] });
    const table =
      root.mcpServers ?? root.servers ?? root.mcp_servers ?? root.context_servers ?? root.mcp;
    return [file, Object.keys(table)] as const;
  });
  return Object.fromEntries(names);
}

const POINTS = [
  ["the journal is begun", /migrations\.json/],
  ["the config is being written", /proxy\/config\.json\.\d+/],
  ["the config is there", /proxy\/config\.json$/],
  ["the first backup is there", /\.claude\.json\.mcpzip-backup/],
  ["the first client is being written", /\.claude\.json\.\d+/],
  ["the first client is written", /\.claude\.json$/],
  ["some clients are done", /windsurf\/mcp_config\.json\.mcpzip-backup/],
  ["the TOML file is being written", /config\.toml/],
  ["the last client is written", /zed\/settings\.json$/],
] as const;

test.each(POINTS)("killed when %s: every file is whole, nothing is lost", async (_, point) => {
  using home = new MigrateHome(LINUX_FILES);
  const before = home.snapshot();
  const all = serversIn(home);
  await killAt(home, ["--yes"], point);
  const after = serversIn(home);
  for (const [file, names] of Object.entries(all)) {
    if (after[file]?.includes("mcpzip") !== true) {
      // Not yet its turn: not a byte has changed.
      expect(home.snapshot()[file]).toBe(before[file] ?? "");
      continue;
    }
    const inConfig: unknown[] = Object.keys(home.json(CONFIG).mcpServers);
    const isKnown = (name: string) =>
      after[file]?.includes(name) === true ||
      inConfig.some((each) => String(each).startsWith(name));
    expect(names.filter((name) => !isKnown(name))).toEqual([]);
  }

  // A second run goes on where the first was stopped, and undo takes both back.
  expect((await home.run("--yes")).code).toBe(0);
  expect(Object.keys(home.json(CONFIG).mcpServers)).toHaveLength(16);
  for (const names of Object.values(serversIn(home))) expect(names).toContain("mcpzip");
  expect((await home.run("--undo", "--yes")).code).toBe(0);
  // What the killed process was just writing may lie about.
  const restored = Object.entries(home.snapshot()).filter(([file]) => !file.endsWith(".tmp"));
  expect(Object.fromEntries(restored)).toEqual(before);
});

test.each([
  ["the first client is back", /zed\/settings\.json$/],
  ["some clients are back", /windsurf\/mcp_config\.json$/],
  ["the last client is back", /\.claude\.json$/],
] as const)("an undo killed when %s can be done again", async (_, point) => {
  using home = new MigrateHome(LINUX_FILES);
  const before = home.snapshot();
  await home.run("--yes");
  await killAt(home, ["--undo", "--yes"], point);
  serversIn(home);
  await home.run("--undo", "--yes");
  const after = home.snapshot();
  for (const file of Object.keys(LINUX_FILES)) expect(after[file]).toBe(before[file] ?? "");
});

test("two at once take every server over once", async () => {
  using home = new MigrateHome(LINUX_FILES);
  const runs = await Promise.all([home.run("--yes"), home.run("--yes"), home.run("--yes")]);
  expect(runs.some(({ code }) => code === 0)).toBe(true);
  expect((await home.run("--yes")).code).toBe(0);
  expect(Object.keys(home.json(CONFIG).mcpServers)).toHaveLength(16);
  for (const names of Object.values(serversIn(home)))
    expect(names.filter((name) => name === "mcpzip")).toHaveLength(1);
});
