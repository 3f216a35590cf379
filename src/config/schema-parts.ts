import * as z from "zod/mini";

/*
 * An error text completes the sentence "<key> …": `args must be an array of strings, and it is …`.
 */

const FILLED = "must be a non-empty string";

export const anyString = z.string("must be a string");
export const filledString = z.string(FILLED).check(z.minLength(1, FILLED));
export const strings = z.array(anyString, "must be an array of strings");

/** The schema with a text that editors show. */
export function describe<Schema extends z.ZodMiniType>(
  schema: Schema,
  description: string,
): Schema {
  z.globalRegistry.add(schema, { description });
  return schema;
}

export function optional<Schema extends z.ZodMiniType>(schema: Schema, description: string) {
  return describe(z.optional(schema), description);
}

export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int(error).check(z.gte(min, error), z.lte(max, error));
}
