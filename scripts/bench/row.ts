import type { Part } from "./options.ts";

export type Unit = "ms" | "µs" | "MB";

/** One line of the table. */
export interface Row {
  readonly part: Part;
  readonly metric: string;
  readonly unit: Unit;
  readonly value: number;
  /** What it is compared with, measured in the same run and in the same unit. */
  readonly base?: number;
  /** The value, or what it is made of, in multiples of the base. */
  readonly ratio?: number;
  readonly peer?: number | undefined;
  /** The most that `value` or `ratio` should be; printed, never asserted. */
  readonly aim?: { readonly of: "value" | "ratio"; readonly most: number };
}
