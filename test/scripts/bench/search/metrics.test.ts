import { expect, test } from "bun:test";
import { judge, mean } from "../../../../scripts/bench/search/metrics.ts";

function ask(...groups: string[][]) {
  return { query: "anything", groups, source: "set" };
}

test("counts a request's groups, not its tools", () => {
  const hits = ["x", "a", "a2", "y", "z", "b"];
  const { recall1, recall5, recall10 } = judge(ask(["a", "a2"], ["b"]), hits);
  expect([recall1, recall5, recall10]).toEqual([0, 0.5, 1]);
});

test("ranks by the first hit", () => {
  expect(judge(ask(["a"], ["b"]), ["x", "b", "a"]).reciprocalRank).toBe(1 / 2);
});

test("a perfect order is worth 1, an empty one nothing", () => {
  expect(judge(ask(["a"], ["b"]), ["b", "a"])).toEqual({
    recall1: 0.5,
    recall5: 1,
    recall10: 1,
    reciprocalRank: 1,
    ndcg10: 1,
  });
  expect(judge(ask(["a"]), []).ndcg10).toBe(0);
});

test("what comes eleventh is not found", () => {
  const hits = [..."abcdefghij", "wanted"];
  const { recall10, reciprocalRank, ndcg10 } = judge(ask(["wanted"]), hits);
  expect([recall10, reciprocalRank, ndcg10]).toEqual([0, 0, 0]);
});

test("the mean of nothing is nothing, and of two lies between", () => {
  expect(mean([]).recall1).toBe(0);
  const [good, bad] = [judge(ask(["a"]), ["a"]), judge(ask(["a"]), ["b"])];
  expect(mean([good, bad]).recall1).toBe(0.5);
});
