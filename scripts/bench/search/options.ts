import { parseArgs } from "node:util";
import { COMMITTED_DATA } from "./data.ts";

export const PARTS = ["quality", "speed"] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  /** The folder with the requests and their catalogs. */
  readonly data: string;
  readonly parts: readonly Part[];
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly seed: number;
  readonly isJson: boolean;
  /** Measures ours on the committed data and makes that the baseline; nothing else. */
  readonly writesBaseline: boolean;
}

export const USAGE = `bun run bench:search [--data FOLDER] [--only ${PARTS.join("|")}] [--sizes 500,3000,20000] [--rounds 3] [--seed 1] [--json]
bun run bench:search --write-baseline

Compares our search with Orama as it comes and with a plain BM25: how often a right tool is found, on the
requests of FOLDER (X.catalogue.jsonl and X.queries.jsonl; without --data, the ones of this project), and
what it costs in time and memory, on catalogs made of FOLDER's tools. Nothing fails because it is slow.
--write-baseline measures our search on this project's requests and keeps that for the tests.`;

/** Throws what parseArgs throws, or an Error that names the bad value. */
export function parseOptions(words: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...words],
    options: {
      data: { type: "string" },
      only: { type: "string", multiple: true, default: [...PARTS] },
      sizes: { type: "string", default: "500,3000,20000" },
      rounds: { type: "string", default: "3" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      "write-baseline": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const { data, only, sizes, rounds, seed, json, "write-baseline": writesBaseline } = values;
  if (writesBaseline && data !== undefined) {
    throw new Error("--write-baseline measures the data of this project; leave out --data");
  }
  return {
    data: data ?? COMMITTED_DATA,
    parts: PARTS.filter((part) => only.map(partNamed).includes(part)),
    sizes: sizes.split(",").map((size) => positive("--sizes", size)),
    rounds: positive("--rounds", rounds),
    seed: positive("--seed", seed),
    isJson: json,
    writesBaseline,
  };
}

function positive(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${flag} takes whole numbers above 0, not ${text}`);
}

function partNamed(text: string): Part {
  const part = PARTS.find((each) => each === text);
  if (part === undefined) throw new Error(`--only takes ${PARTS.join(" or ")}, not ${text}`);
  return part;
}
