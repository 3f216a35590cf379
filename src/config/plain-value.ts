import { isRecord } from "../core/tool.ts";

/** Whether a value is plainly right; see readPlainFile. */
export type Test = (value: unknown) => boolean;
export type Tests = ReadonlyMap<string, Test>;

/** Every key is known and holds what it should; one that is missing is the caller's business. */
export function fits(value: unknown, tests: Tests): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  for (const [key, held] of Object.entries(value)) {
    if (tests.get(key)?.(held) !== true) return false;
  }
  return true;
}

export const isString: Test = (value) => typeof value === "string";
export const isFilled: Test = (value) => isString(value) && value !== "";
export const isBoolean: Test = (value) => typeof value === "boolean";
export const isStrings: Test = (value) => Array.isArray(value) && holdsStrings(value);
export const isStringMap: Test = (value) => isRecord(value) && holdsStrings(Object.values(value));

export function isOneOf(...words: readonly string[]): Test {
  return (value) => typeof value === "string" && words.includes(value);
}

/** Above 0, and whole. */
export function isCount(value: unknown, max: number): boolean {
  return Number.isInteger(value) && isWithin(value, max) && value !== 0;
}

export function isWithin(value: unknown, max: number): boolean {
  return typeof value === "number" && value >= 0 && value <= max;
}

function holdsStrings(values: readonly unknown[]): boolean {
  for (const value of values) if (typeof value !== "string") return false;
  return true;
}
