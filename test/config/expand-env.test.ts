import { describe, expect, test } from "bun:test";
import { expandEnv, expandPath } from "../../src/config/expand-env.ts";

const env = { A: "one", EMPTY: "", NESTED: "${A}", MONEY: "$&$1", HOME: "/home/ann" };

describe("expandEnv", () => {
  test.each([
    ["plain", "plain"],
    ["", ""],
    ["${A}", "one"],
    ["<${A}${A}>", "<oneone>"],
    ["${A:-two}", "one"],
    ["${EMPTY}", ""],
    ["${EMPTY:-two}", "two"],
    ["${GONE:-two}", "two"],
    ["${GONE:-}", ""],
    ["${GONE:-a:-b c}", "a:-b c"],
    ["${env:A}", "one"],
    ["${NESTED}", "${A}"],
    ["${MONEY}", "$&$1"],
    ["$${A}", "${A}"],
    ["$A and $ and {A}", "$A and $ and {A}"],
    ["${A", "${A"],
  ])("%p is %p", (text, expected) => {
    expect(expandEnv(text, env)).toEqual({ text: expected, missing: [], hasForeignForm: false });
  });

  test("names each variable that is not set", () => {
    expect(expandEnv("${GONE}${A}${AWAY}", env).missing).toEqual(["GONE", "AWAY"]);
  });

  test("takes a name that every object has for not set", () => {
    expect(expandEnv("${constructor}", env).missing).toEqual(["constructor"]);
  });

  test.each(["${input:token}", "${A:-${B}}", "${a-b}", "${}", "${A:+x}", "${1}"])(
    "leaves %p alone and says so",
    (text) => {
      expect(expandEnv(text, env)).toEqual({ text, missing: [], hasForeignForm: true });
    },
  );
});

describe("expandPath", () => {
  test.each([
    ["~/x", "/home/ann/x"],
    ["~\\x", "/home/ann\\x"],
    ["~", "/home/ann"],
    ["${GONE:-~/x}", "/home/ann/x"],
    ["~bob/x", "~bob/x"],
    ["a/~/x", "a/~/x"],
  ])("%p is %p", (text, expected) => {
    expect(expandPath(text, env).text).toBe(expected);
  });

  test("takes USERPROFILE where there is no HOME", () => {
    expect(expandPath("~/x", { USERPROFILE: "C:\\Users\\ann" }).text).toBe("C:\\Users\\ann/x");
  });
});
