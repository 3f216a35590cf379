import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { COMMITTED_DATA, loadSets } from "../../../../scripts/bench/search/data.ts";
import { ENGINE_NAMES, loadEngine } from "../../../../scripts/bench/search/engine.ts";

const [set] = await loadSets(COMMITTED_DATA);
const tools = set?.catalog.tools.slice(0, 120) ?? [];
const requests = set?.queries.slice(0, 20).map(({ query }) => query) ?? [];

describe.each([...ENGINE_NAMES])("%s", (name) => {
  test("finds a tool by its name", async () => {
    const search = await (await loadEngine(name)).build(tools);
    const wanted = tools.find((tool) => tool.name === "bing_search");
    expect(await search("bing_search", 5)).toContain(wanted?.qualifiedName ?? "");
    expect(await search("bing_search", 1)).toHaveLength(1);
  });

  test("finds the same with an index from the disk, if it keeps one", async () => {
    const engine = await loadEngine(name);
    const folder = await mkdtemp(join(tmpdir(), "mcpzip-engine-"));
    try {
      const file = join(folder, "index");
      const built = await engine.build(tools, file);
      expect(await Bun.file(file).exists()).toBe(engine.restore !== undefined);
      const restored = (await engine.restore?.(file)) ?? built;
      for (const request of requests) {
        expect(await restored(request, 10)).toEqual(await built(request, 10));
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
