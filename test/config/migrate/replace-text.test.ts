import { expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { loadJournal, RunningJournal } from "../../../src/config/migrate/journal.ts";
import { replaceText } from "../../../src/config/migrate/replace-text.ts";
import { ClientHome } from "../clients/client-home.ts";

function setUp(home: ClientHome) {
  const journalPath = home.file("state/migrations.json");
  const journal = new RunningJournal(journalPath, { earlier: [], at: "2026-01-01T00:00:00Z" });
  return { journalPath, options: { journal, lockFile: home.file("state/edit.lock"), stamp: "S" } };
}

const PLACE = { client: "cursor", tables: [] };

function fail(): never {
  throw new Error("no");
}

test("a file that its client writes between our look and our write is looked at again", async () => {
  using home = new ClientHome({ "c.json": "one" });
  const { options, journalPath } = setUp(home);
  const path = home.file("c.json");
  const seen: string[] = [];
  const rewrite = (text: string) => {
    seen.push(text);
    // As Claude Code does at any moment.
    if (seen.length < 3) writeFileSync(path, `${text}+`);
    return `${text} ours`;
  };
  const backup = await replaceText({ ...PLACE, path, rewrite }, options);
  expect(seen).toEqual(["one", "one+", "one++"]);
  expect(home.read("c.json")).toBe("one++ ours");
  expect(backup).toBe(`${path}.mcpzip-backup-S`);
  expect(home.read("c.json.mcpzip-backup-S")).toBe("one++");
  const [run] = await loadJournal(journalPath);
  expect(run).toMatchObject({ isDone: false, files: [{ path, backup }] });
});

test("a client that never stops writing wins, and nothing of ours is left", async () => {
  using home = new ClientHome({ "c.json": "0" });
  const { options, journalPath } = setUp(home);
  const path = home.file("c.json");
  const rewrite = (text: string) => {
    writeFileSync(path, `${Number(text) + 1}`);
    return "ours";
  };
  await expect(replaceText({ ...PLACE, path, rewrite }, options)).rejects.toMatchObject({
    code: "CONFIG_UNWRITABLE",
    why: "another program keeps changing it",
  });
  expect(home.read("c.json")).toBe("5");
  expect(readdirSync(home.path).toSorted()).toEqual(["c.json", "state"]);
  expect(await loadJournal(journalPath)).toEqual([]);
});

test("no change leaves neither a backup nor a word in the journal", async () => {
  using home = new ClientHome({ "c.json": "one" });
  const { options, journalPath } = setUp(home);
  const path = home.file("c.json");
  expect(await replaceText({ ...PLACE, path, rewrite: (text) => text }, options)).toBeUndefined();
  expect(readdirSync(home.path)).toEqual(["c.json"]);
  expect(await loadJournal(journalPath)).toEqual([]);
});

test("what fails on the way takes its backup back", async () => {
  using home = new ClientHome({ "c.json": "one" });
  const { options } = setUp(home);
  const path = home.file("c.json");
  await expect(replaceText({ ...PLACE, path, rewrite: fail }, options)).rejects.toThrow("no");
  expect(home.read("c.json")).toBe("one");
  expect(readdirSync(home.path)).toEqual(["c.json"]);
});
