import { expect, test } from "bun:test";
import { inOrder } from "../../../src/cli/doctor/in-order.ts";

test("yields in the order of the items, whatever ends first", async () => {
  const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const ended: number[] = [];
  const outcomes = inOrder([0, 1, 2], async (item) => {
    await gates[item]?.promise;
    ended.push(item);
    return item;
  });
  const first = outcomes.next();
  for (const at of [2, 1, 0]) gates[at]?.resolve();
  expect((await first).value).toBe(0);
  expect(await Array.fromAsync(outcomes)).toEqual([1, 2]);
  expect(ended).toEqual([2, 1, 0]);
});

test("after a failure begins nothing more, and ends when what was under way has", async () => {
  const gate = Promise.withResolvers<void>();
  const begun: number[] = [];
  const items = Array.from({ length: 20 }, (_, at) => at);
  const outcomes = inOrder(items, async (item) => {
    begun.push(item);
    if (item === 0) throw new Error("stop");
    await gate.promise;
  });
  let isOver = false;
  const over = outcomes.next().then(
    () => undefined,
    (error: unknown) => {
      isOver = true;
      return error;
    },
  );
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  gate.resolve();
  expect(await over).toEqual(new Error("stop"));
  expect(begun.length).toBeLessThan(items.length);
});
