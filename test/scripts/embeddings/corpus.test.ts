import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { loadCorpus, type Corpus } from "../../../scripts/embeddings/corpus.ts";
import { pairsOf } from "../../../scripts/embeddings/pairs.ts";

const TOOL = {
  server: "GitHub",
  overview: "Code hosting.",
  name: "create_issue",
  description: "Opens an issue. The title is required.",
  parameters: [{ name: "title", description: "What it is about" }],
};
const COMMAND = {
  command: "tar",
  summary: "Archiving utility.",
  examples: [
    { intent: "Create an archive", command: "tar cf" },
    { intent: "Extract an archive", command: "tar xf" },
  ],
};

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mcpzip-corpus-"));
  await Bun.write(join(folder, "toucan-tools.jsonl"), `${JSON.stringify(TOOL)}\n`);
  await Bun.write(join(folder, "toucan-server-labels.jsonl"), "\n");
  await Bun.write(join(folder, "tldr-pages.jsonl"), JSON.stringify(COMMAND));
});
afterEach(() => rm(folder, { recursive: true }));

test("reads the three files, with or without a last line break", async () => {
  const corpus: Corpus = { tools: [TOOL], servers: [], commands: [COMMAND] };
  expect(await loadCorpus(folder)).toEqual(corpus);
});

test("says which file is missing", async () => {
  await rm(join(folder, "tldr-pages.jsonl"));
  await expect(loadCorpus(folder)).rejects.toThrow("tldr-pages.jsonl");
});

test("refuses a line that is cut off", async () => {
  await Bun.write(join(folder, "tldr-pages.jsonl"), JSON.stringify(COMMAND).slice(0, 40));
  await expect(loadCorpus(folder)).rejects.toThrow();
});

test("pairs a tool's name with what it does, and an intent with its command", async () => {
  const kinds = pairsOf(await loadCorpus(folder), [{ left: "repo", right: "repository" }]);
  const pairs = new Map(kinds.map((kind) => [kind.name, kind.pairs]));
  expect(pairs.get("name, description")).toEqual([
    { left: "create_issue", right: "Opens an issue. The title is required." },
  ]);
  expect(pairs.get("intent, command")?.[1]).toEqual({
    left: "Extract an archive",
    right: "tar Archiving utility. tar xf",
  });
  expect(pairs.get("intent, intent")).toHaveLength(1);
  expect(pairs.get("synonyms")).toHaveLength(1);
  expect(pairs.has("server, what it is for")).toBe(false);
});
