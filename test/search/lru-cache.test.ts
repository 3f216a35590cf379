import { expect, test } from "bun:test";
import { LruCache } from "../../src/search/lru-cache.ts";

test("the value that was used longest ago makes room", () => {
  const cache = new LruCache<number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  expect(cache.get("a")).toBe(1);
  cache.set("c", 3);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([1, undefined, 3]);
  cache.set("a", 4);
  cache.delete("c");
  expect([cache.get("a"), cache.get("c")]).toEqual([4, undefined]);
});
