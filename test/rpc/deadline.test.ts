import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { Deadline } from "../../src/rpc/deadline.ts";

let expiredAfter: number[];

beforeEach(() => {
  jest.useFakeTimers();
  expiredAfter = [];
});

afterEach(() => {
  jest.useRealTimers();
});

function createDeadline(timeoutMs: number, maxTotalMs: number): Deadline {
  return new Deadline({ timeoutMs, maxTotalMs }, (elapsedMs) =>
    expiredAfter.push(Math.round(elapsedMs)),
  );
}

test("expires once, after its timeout", () => {
  createDeadline(100, 1000);
  jest.advanceTimersByTime(99);
  expect(expiredAfter).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(expiredAfter).toEqual([100]);
  jest.advanceTimersByTime(5000);
  expect(expiredAfter).toEqual([100]);
});

test("a sign of life starts the timeout anew", () => {
  const deadline = createDeadline(100, 1000);
  jest.advanceTimersByTime(80);
  deadline.extend();
  jest.advanceTimersByTime(99);
  expect(expiredAfter).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(expiredAfter).toEqual([180]);
});

test("no sign of life carries it beyond its cap", () => {
  const deadline = createDeadline(100, 250);
  for (let sign = 0; sign < 4; sign++) {
    jest.advanceTimersByTime(60);
    deadline.extend();
  }
  jest.advanceTimersByTime(9);
  expect(expiredAfter).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(expiredAfter).toEqual([250]);
});

test("a flood of signs of life cannot keep it from expiring at its cap", () => {
  const deadline = createDeadline(100, 250);
  for (let sign = 0; sign < 1000 && expiredAfter.length === 0; sign++) {
    jest.advanceTimersByTime(0.5);
    deadline.extend();
  }
  expect(expiredAfter).toHaveLength(1);
  expect(expiredAfter[0]).toBeWithin(250, 255);
});

test("a cap below the timeout is the timeout", () => {
  createDeadline(100, 40);
  jest.advanceTimersByTime(40);
  expect(expiredAfter).toEqual([40]);
});

test("never expires once cleared", () => {
  const deadline = createDeadline(100, 1000);
  deadline.clear();
  jest.advanceTimersByTime(5000);
  expect(expiredAfter).toEqual([]);
});

test("while it is held only the cap counts, and the timeout starts anew afterwards", () => {
  const deadline = createDeadline(100, 1000);
  const release = deadline.hold();
  const releaseOther = deadline.hold();
  jest.advanceTimersByTime(500);
  release();
  jest.advanceTimersByTime(300);
  expect(expiredAfter).toEqual([]);
  releaseOther();
  jest.advanceTimersByTime(99);
  expect(expiredAfter).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(expiredAfter).toEqual([900]);
});

test("held or not, it expires at its cap", () => {
  createDeadline(100, 250).hold();
  jest.advanceTimersByTime(249);
  expect(expiredAfter).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(expiredAfter).toEqual([250]);
});

test("released after it was cleared it does not come back", () => {
  const deadline = createDeadline(100, 1000);
  const release = deadline.hold();
  deadline.clear();
  release();
  jest.advanceTimersByTime(5000);
  expect(expiredAfter).toEqual([]);
});
