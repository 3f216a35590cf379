import { parseArgs } from "node:util";

export const PARTS = ["startup", "memory", "calls", "large"] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  /** Timed starts of each program. */
  readonly runs: number;
  /** Timed calls on each path, once warm. */
  readonly calls: number;
  readonly parts: readonly Part[];
  readonly isJson: boolean;
  /** The mcpzip to measure. */
  readonly binary: string;
}

export const USAGE = `bun scripts/bench/run.ts [--runs 15] [--calls 5000] [--only ${PARTS.join("|")}] [--json] [--binary dist/mcpzip]

Measures mcpzip against an empty Bun program and against direct calls, all in one run. Compare only
numbers of one run. For steadier call times on Linux: taskset -c 0 bun scripts/bench/run.ts --only calls`;

/** Throws what parseArgs throws, or an Error that names the bad value. */
export function parseOptions(words: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...words],
    options: {
      runs: { type: "string", default: "15" },
      calls: { type: "string", default: "5000" },
      only: { type: "string", multiple: true, default: [...PARTS] },
      json: { type: "boolean", default: false },
      binary: {
        type: "string",
        default: `dist/mcpzip${process.platform === "win32" ? ".exe" : ""}`,
      },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const { runs, calls, only, json, binary } = values;
  return {
    runs: positive("--runs", runs),
    calls: positive("--calls", calls),
    parts: only.map(partNamed),
    isJson: json,
    binary,
  };
}

function positive(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${flag} must be a whole number above 0, not ${text}`);
}

function partNamed(text: string): Part {
  const part = PARTS.find((each) => each === text);
  if (part === undefined) throw new Error(`--only takes ${PARTS.join(", ")}, not ${text}`);
  return part;
}
