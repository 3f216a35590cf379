import { describe, expect, test } from "bun:test";
import { JsonStructureError } from "../../src/rpc/json-scan.ts";
import { RawJson } from "../../src/rpc/raw-json.ts";
import { randomArray, randomObject, seededRandom } from "./random-json.ts";

function raw(text: string): RawJson {
  return new RawJson(Buffer.from(text));
}

describe("members and items", () => {
  test("hold the bytes that came", () => {
    const json = raw('{"big": 12345678901234567890, "huge":1e400 ,"text":"\\u00e9é"}');
    const texts = [...json.members()].map(([key, value]) => [key, value.text()]);
    expect(texts).toEqual([
      ["big", "12345678901234567890"],
      ["huge", "1e400"],
      ["text", '"\\u00e9é"'],
    ]);
  });

  test("of random values, built up again, mean the same", () => {
    for (let seed = 0; seed < 200; seed++) {
      const json = raw(randomObject(seededRandom(seed)));
      const rebuilt = RawJson.object(Object.fromEntries(json.members()));
      expect(rebuilt.parse()).toEqual(json.parse());
    }
  });

  test("of members, again, hold the bytes that came and nothing around them", () => {
    const inner = raw('{"a":{"b":{"c":"x"},"d":[1, {"e":null}]},"f":0}').members().get("a");
    const [b, d] = [...(inner?.members().values() ?? [])];
    expect(inner?.text()).toBe('{"b":{"c":"x"},"d":[1, {"e":null}]}');
    expect(b?.bytes.toString()).toBe('{"c":"x"}');
    expect(b?.members().get("c")?.parse()).toBe("x");
    const [one, object] = d?.items() ?? [];
    expect([one?.isObject, object?.isObject]).toEqual([false, true]);
    expect(object?.members().get("e")?.isNull).toBeTrue();
    expect(RawJson.object({ b, one }).text()).toBe('{"b":{"c":"x"},"one":1}');
  });

  test("items of random arrays mean what the array means", () => {
    for (let seed = 0; seed < 200; seed++) {
      const json = raw(randomArray(seededRandom(seed)));
      expect<unknown>(json.items().map((item) => item.parse())).toEqual(json.parse());
    }
  });

  test.each([
    [1, [0]],
    [3, [0, 1, 2]],
    [4, [0, 1, 2]],
  ])("the first %i items of three are asked for", (most, expected) => {
    expect<unknown>(
      raw("[0, 1,2 ]")
        .items(most)
        .map((item) => item.parse()),
    ).toEqual(expected);
  });

  test("an object has no items and an array no members", () => {
    expect(() => raw("{}").items()).toThrow(JsonStructureError);
    expect(() => raw("[]").members()).toThrow(JsonStructureError);
  });
});

describe("RawJson.object", () => {
  test("takes raw members as they are and plain ones as JSON", () => {
    const json = RawJson.object({ a: raw("1e400"), 'b"': "x\ny", c: null, d: undefined, e: [1] });
    expect(json.text()).toBe('{"a":1e400,"b\\"":"x\\ny","c":null,"e":[1]}');
  });

  test("without members is an empty object", () => {
    expect(RawJson.object({ a: undefined }).text()).toBe("{}");
  });
});

describe("RawJson.of", () => {
  test("gives back what is raw already", () => {
    const json = raw("[1]");
    expect(RawJson.of(json)).toBe(json);
  });

  test("encodes text outside ASCII as UTF-8", () => {
    expect(RawJson.of({ text: "漢😀" }).parse()).toEqual({ text: "漢😀" });
  });
});

describe("parse", () => {
  test("throws SyntaxError for what is no JSON", () => {
    expect(() => raw("{abc}").parse()).toThrow(SyntaxError);
  });
});

describe("isObject", () => {
  test.each([
    ["{}", true],
    ["[]", false],
    ['"{}"', false],
    ["1", false],
    ["", false],
  ])("%j: %p", (text, expected) => {
    expect(raw(text).isObject).toBe(expected);
  });
});
