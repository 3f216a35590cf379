import { describe, expect, test } from "bun:test";
import {
  JsonStructureError,
  scanArray,
  scanMembers,
  scanObject,
  type Span,
} from "../../src/rpc/json-scan.ts";
import { randomArray, randomObject, seededRandom } from "./random-json.ts";

const SEEDS = Array.from({ length: 400 }, (_, seed) => seed);

function textAt(bytes: Buffer, { start, end }: Span): string {
  return bytes.toString("utf8", start, end);
}

/** What JSON.parse makes of the members put together again. */
function rejoined(bytes: Buffer): unknown {
  const members = [...scanObject(bytes)].map(
    ([key, span]) => `${JSON.stringify(key)}:${textAt(bytes, span)}`,
  );
  return JSON.parse(`{${members.join(",")}}`);
}

describe("random JSON", () => {
  test("an object's members, put together again, are the object", () => {
    for (const seed of SEEDS) {
      const text = ` ${randomObject(seededRandom(seed))}\n`;
      expect(rejoined(Buffer.from(text))).toEqual(JSON.parse(text));
    }
  });

  test("an array's items, put together again, are the array", () => {
    for (const seed of SEEDS) {
      const text = ` ${randomArray(seededRandom(seed))}\n`;
      const bytes = Buffer.from(text);
      const items = scanArray(bytes).map((span) => textAt(bytes, span));
      expect(JSON.parse(`[${items.join(",")}]`)).toEqual(JSON.parse(text));
    }
  });

  test("a span holds its value and no white space around it", () => {
    for (const seed of SEEDS) {
      const bytes = Buffer.from(randomObject(seededRandom(seed)));
      for (const span of scanObject(bytes).values()) {
        expect(textAt(bytes, span)).toBe(textAt(bytes, span).trim());
      }
    }
  });

  test("an object cut off at any byte is refused", () => {
    for (const seed of SEEDS.slice(0, 60)) {
      const bytes = Buffer.from(randomObject(seededRandom(seed)));
      for (let length = 0; length < bytes.length; length++) {
        expect(() => scanObject(bytes.subarray(0, length))).toThrow(JsonStructureError);
      }
    }
  });

  test("an array cut off at any byte is refused", () => {
    for (const seed of SEEDS.slice(0, 60)) {
      const bytes = Buffer.from(randomArray(seededRandom(seed)));
      for (let length = 0; length < bytes.length; length++) {
        expect(() => scanArray(bytes.subarray(0, length))).toThrow(JsonStructureError);
      }
    }
  });

  test("an object with one byte changed gives spans within the input, or is refused", () => {
    for (const seed of SEEDS) {
      const random = seededRandom(seed);
      const bytes = Buffer.from(randomObject(random));
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      for (const { start, end } of spansOrNone(bytes)) {
        expect(start).toBeLessThan(end);
        expect(end).toBeLessThan(bytes.length);
      }
    }
  });
});

function spansOrNone(bytes: Buffer): Span[] {
  try {
    return [...scanObject(bytes).values()];
  } catch {
    // Which error it is, is told by the tests of broken JSON.
    return [];
  }
}

describe("what is not exactly one object", () => {
  test.each([
    "",
    " ",
    "1",
    '"text"',
    "[1]",
    "{",
    "}",
    "{}}",
    "{} {}",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "{,}",
    '{"a":1 "b":2}',
    "{a:1}",
    "{'a':1}",
    '{"a":[1}',
    '{"a":{]}',
    '{"a":"\\"}',
    '{"a":1}x',
    '\u0000{"a":1}',
    '{"\\q":1}',
    '{"\\u12":1}',
  ])("refuses %j", (text) => {
    expect(() => scanObject(Buffer.from(text))).toThrow(JsonStructureError);
  });

  test.each(["", "{}", "[", "[1,]", "[,]", "[1 2]", "[1]]", "[[1}]", '["]'])(
    "refuses %j as an array",
    (text) => {
      expect(() => scanArray(Buffer.from(text))).toThrow(JsonStructureError);
    },
  );
});

describe("keys", () => {
  test("the last of several equal keys wins, as in JSON.parse", () => {
    const bytes = Buffer.from('{"id":1,"\\u0069d":2,"other":0,"id":3}');
    expect(rejoined(bytes)).toEqual({ id: 3, other: 0 });
  });

  test("a key spelled with escapes is the key that it means", () => {
    expect([...scanObject(Buffer.from('{"\\u0069\\u0064":1,"\\"":2}')).keys()]).toEqual([
      "id",
      '"',
    ]);
  });

  test("names of Object's own members are keys like others", () => {
    const keys = ["__proto__", "constructor", "toString", ""];
    const bytes = Buffer.from(`{${keys.map((key) => `"${key}":1`).join(",")}}`);
    expect([...scanObject(bytes).keys()]).toEqual(keys);
  });
});

describe("escapes", () => {
  test("a string ends at its own quote, however near or far the escaped ones are", () => {
    const escapes = ['\\"', "\\\\", '\\\\\\"', "\\n"];
    for (let gap = 0; gap <= 70; gap++) {
      for (const escape of escapes) {
        const string = `"${`${escape}${"x".repeat(gap)}`.repeat(3)}"`;
        const bytes = Buffer.from(`{"a":${string},"b":[${string}],${string}:1}`);
        const texts = [...scanObject(bytes).values()].map((span) => textAt(bytes, span));
        expect(texts).toEqual([string, `[${string}]`, "1"]);
      }
    }
  });

  test("a string cut off near an escaped quote is refused", () => {
    const bytes = Buffer.from(`{"a":"${'\\"x'.repeat(30)}\\\\"}`);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => scanObject(bytes.subarray(0, length))).toThrow(JsonStructureError);
    }
  });
});

describe("a part of the bytes", () => {
  const bytes = Buffer.from('[{"a":{"b":1}},"x"]');

  test("is scanned alone, its spans counted from the start of all", () => {
    const members = scanMembers(bytes, { start: 1, end: 14 }, (span) => textAt(bytes, span));
    expect([...members]).toEqual([["a", '{"b":1}']]);
    expect(scanArray(Buffer.from("[[1,2],3]"), { start: 1, end: 6 })).toEqual([
      { start: 2, end: 3 },
      { start: 4, end: 5 },
    ]);
  });

  test.each([
    { start: 1, end: 13 },
    { start: 1, end: 15 },
    { start: 0, end: 14 },
    { start: 16, end: 19 },
  ])("is refused when it is not exactly one object: %j", (within) => {
    expect(() => scanMembers(bytes, within, (span) => span)).toThrow(JsonStructureError);
  });
});

describe("large input", () => {
  test("100,000 levels do not overflow the stack", () => {
    const levels = 100_000;
    const deep = `${"[".repeat(levels)}${"]".repeat(levels)}`;
    const bytes = Buffer.from(`{"a":${deep},"b":1}`);
    const { start, end } = scanObject(bytes).get("a") ?? { start: 0, end: 0 };
    expect(end - start).toBe(2 * levels);
    expect(() => scanObject(bytes.subarray(0, levels))).toThrow(JsonStructureError);
  });

  test("a string of 50 MB is found whole", () => {
    const length = 50 * 1024 * 1024;
    const bytes = Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.alloc(length, "x"),
      Buffer.from('","b":1}'),
    ]);
    const { start, end } = scanObject(bytes).get("a") ?? { start: 0, end: 0 };
    expect(end - start).toBe(length + 2);
  });

  test("a million escaped quotes and backslashes are walked once", () => {
    const text = '\\\\\\"'.repeat(1_000_000);
    const bytes = Buffer.from(`{"a":"${text}","b":1}`);
    expect([...scanObject(bytes).keys()]).toEqual(["a", "b"]);
  });
});
