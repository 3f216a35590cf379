import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { loadCorpus, type Corpus } from "../../../scripts/embeddings/corpus.ts";
import { pairsOf } from "../../../scripts/embeddings/pairs.ts";
import { loadRequests } from "../../../scripts/embeddings/requests.ts";

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
  const kinds = pairsOf(await loadCorpus(folder), {
    synonyms: [{ left: "repo", right: "repository" }],
    requests: [],
  });
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
  expect(pairs.has("request, tool")).toBe(false);
});

test("pairs what is asked for with the tool, neighbours being other tools of the corpus", () => {
  const other = { ...TOOL, name: "close_issue", description: "Closes an issue." };
  const kinds = pairsOf(
    { tools: [TOOL, other, TOOL], servers: [], commands: [] },
    {
      synonyms: [],
      requests: [
        { server: "GitHub", tool: "close_issue", requests: ["mark a bug as done", "it is fixed"] },
        { server: "GitHub", tool: "create_issue", requests: ["report a bug", "it crashes"] },
        { server: "GitLab", tool: "create_issue", requests: ["of no tool of the corpus"] },
      ],
    },
  );
  const pairs = new Map(kinds.map((kind) => [kind.name, kind.pairs]));
  expect(pairs.get("request, tool")).toEqual([
    {
      left: "report a bug",
      right: "create_issue GitHub Opens an issue. The title is required.",
    },
    { left: "mark a bug as done", right: "close_issue GitHub Closes an issue." },
    { left: "it crashes", right: "create_issue GitHub Opens an issue. The title is required." },
    { left: "it is fixed", right: "close_issue GitHub Closes an issue." },
  ]);
  expect(pairs.get("request, request")).toEqual([
    { left: "report a bug", right: "it crashes" },
    { left: "mark a bug as done", right: "it is fixed" },
    { left: "it crashes", right: "report a bug" },
    { left: "it is fixed", right: "mark a bug as done" },
  ]);
});

test("the requests of the project are in ASCII, each tool having one entry", async () => {
  const path = join(import.meta.dir, "../../../scripts/embeddings/requests.jsonl");
  const written = await loadRequests(path);
  expect(written.length).toBeGreaterThan(3000);
  const tools = written.map(({ server, tool }) => `${server}\n${tool}`);
  expect(new Set(tools).size).toBe(tools.length);
  const texts = written.flatMap(({ requests }) => requests);
  expect(texts.filter((text) => !/^[ -~]{3,}$/.test(text))).toEqual([]);
});
