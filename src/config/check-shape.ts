import type * as z from "zod/mini";
import { nearestNames } from "../core/nearest.ts";
import { isRecord } from "../core/tool.ts";
import { type Place, reportAt } from "./place.ts";
import { type JsonPath, pathName } from "./problem.ts";
import { isPublic } from "./public-keys.ts";

const MAX_SHOWN_LENGTH = 60;

/** The value when it fits the schema; otherwise every misfit is reported and nothing returned. */
export function checkShape<Schema extends z.ZodMiniType>(
  schema: Schema,
  { raw, place }: { raw: unknown; place: Place },
): z.output<Schema> | undefined {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  for (const issue of result.error.issues.flatMap(innermost)) {
    const path = issue.path.filter((step) => typeof step !== "symbol");
    reportMisfit(place, { path, expected: issue.message, value: valueAt(raw, path) });
  }
  return undefined;
}

/** Warns of each key that is not known, with the nearest one that is. */
export function warnUnknownKeys(
  raw: Readonly<Record<string, unknown>>,
  { known, place }: { known: readonly string[]; place: Place },
): void {
  for (const key of Object.keys(raw)) {
    if (known.includes(key)) continue;
    const [nearest] = nearestNames(key, known, 1);
    const question = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    reportAt(place, {
      severity: "warning",
      path: [key],
      part: "key",
      message: `"${key}" is not a known key and is ignored${question}`,
      fix: nearest === undefined ? `remove "${key}"` : `rename it to "${nearest}", or remove it`,
    });
  }
}

/** A value as a message may show it: in full where it is no secret, else its kind. */
export function shownValue(value: unknown, path: JsonPath): string {
  if (value === "") return "empty";
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  if (isRecord(value)) return Object.keys(value).length === 0 ? "an empty object" : "an object";
  if (!isPublic(value, path)) return `a ${typeof value}`;
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
}

/**
 * A value that fits none of a union's options, but is of the kind that one of them wants (an object,
 * an array), is wrong somewhere inside: that is what to tell.
 */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const inner = issue.errors.find((option) => option.every(({ path }) => path.length > 0));
  if (inner === undefined) return [issue];
  return inner.flatMap((each) => innermost({ ...each, path: [...issue.path, ...each.path] }));
}

function reportMisfit(
  place: Place,
  { path, expected, value }: { path: JsonPath; expected: string; value: unknown },
): void {
  const name = pathName(path) || "the file";
  if (value === undefined) {
    const fix = `add "${path.at(-1)}"`;
    reportAt(place, { path, part: "value", message: `${name} is missing`, fix });
    return;
  }
  const received = shownValue(value, [...place.path, ...path]);
  reportAt(place, {
    path,
    part: "value",
    message: `${name} ${expected}, and it is ${received}`,
    fix: `change ${name}: it ${expected}`,
  });
}

function valueAt(root: unknown, path: JsonPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(step))?.[1];
  }
  return value;
}
