import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { parseOptions } from "../../../../scripts/bench/search/options.ts";

const PROGRAM = join(import.meta.dir, "../../../../scripts/bench/search/run.ts");

const TOOLS = ["create_issue", "close_issue", "send_message", "list_channels", "getWeather"].map(
  (name) => ({ server: "work", name, description: `${name.replace("_", " ")} for a team.` }),
);
const QUERIES = [
  { query: "open an issue", groups: [["work__create_issue"]], source: "mine" },
  { query: "write to a channel", groups: [["work__send_message"]], source: "mine" },
];

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mcpzip-bench-"));
  await write("X.catalogue.jsonl", TOOLS);
  await write("X.queries.jsonl", QUERIES);
  // A catalogue may be another's, by the name of its file.
  await Bun.write(join(folder, "Y.catalogue.jsonl"), "X.catalogue.jsonl\n");
  await write("Y.queries.jsonl", [{ ...QUERIES[0], source: "other" }]);
});
afterAll(() => rm(folder, { recursive: true }));

function write(file: string, entries: readonly object[]): Promise<number> {
  const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  return Bun.write(join(folder, file), lines);
}

async function bench(...words: string[]) {
  const child = Bun.spawn([process.execPath, PROGRAM, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

describe("bench:search", () => {
  test("judges three engines on every set of a folder, and on its tools' names", async () => {
    const { stdout } = await bench("--data", folder, "--only", "quality", "--json");
    const { quality, means, speed } = JSON.parse(stdout);
    const rows = quality.map(({ set, engine, queries }: Record<string, unknown>) =>
      [engine, set, queries].join(" "),
    );
    expect(rows).toEqual(
      ["orama", "bm25", "ours"].flatMap((engine) => [
        `${engine} mine 2`,
        `${engine} other 1`,
        `${engine} X-names 10`,
      ]),
    );
    expect(means.map(({ sets }: { sets: string[] }) => sets)).toEqual(
      Array.from({ length: 3 }, () => ["mine", "other"]),
    );
    expect(speed).toEqual([]);
  });

  test("measures each engine in processes of its own, and prints a table", async () => {
    const words = ["--data", folder, "--only", "speed", "--sizes", "20", "--rounds", "1"];
    const { stdout, stderr, exitCode } = await bench(...words);
    expect(stderr).toBe("bench: 20 tools, round 1 of 1 …\n");
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[1]).toMatch(/^ {2}20 tools +ours +Orama as it comes +plain BM25/);
    expect(lines.find((line) => line.includes("search, p50"))).toMatch(/(?: +[\d.]+ ms){3}/);
    expect(lines.find((line) => line.includes("index, from the disk"))).toMatch(/ms +- /);
  });

  test("says what is wrong with a folder or a flag", async () => {
    const missing = await bench("--data", join(folder, "nowhere"));
    expect(missing).toMatchObject({ stdout: "", exitCode: 1 });
    expect(missing.stderr).toContain("nowhere");
    const empty = await bench("--data", import.meta.dir);
    expect(empty.stderr).toBe(`bench: ${import.meta.dir} has no X.queries.jsonl\n`);
    expect((await bench("--only", "beauty")).stderr).toContain("quality or speed, not beauty");
  });
});

describe("the options", () => {
  test("are all parts, three sizes and the committed data by default", () => {
    const options = parseOptions([]);
    expect(options).toMatchObject({ parts: ["quality", "speed"], sizes: [500, 3000, 20_000] });
  });

  test.each(["--sizes=500,many", "--rounds=0", "--seed=1.5", "--unknown"])("refuse %s", (word) => {
    expect(() => parseOptions([word])).toThrow(word.split("=")[0]);
  });

  test("refuse a baseline of other data", () => {
    expect(() => parseOptions(["--write-baseline", "--data", "x"])).toThrow("leave out --data");
  });
});
