import type { ExitCode } from "../report-error.ts";
import type { Check, Finding } from "./finding.ts";

/** The class that a failed check belongs to; docs/cli.md lists them, and scripts rely on them. */
const CLASS: Readonly<Record<Check, 1 | 3 | 4 | 5 | 6>> = {
  config: 3,
  http: 4,
  session: 4,
  tools: 4,
  "sign-in": 5,
  env: 6,
  path: 6,
  command: 6,
  network: 6,
  clock: 6,
  files: 1,
  cache: 1,
  processes: 1,
  clients: 1,
};

/** What is likelier to be the cause of the others comes first. */
const PRIORITY = [3, 6, 4, 5, 1] as const;

/** 0 when nothing failed; else the class of the failure that is to be mended first. */
export function exitCodeFor(findings: readonly Finding[]): ExitCode {
  const failed = findings.filter(({ level }) => level === "fail");
  const classes = new Set(failed.map(({ check }) => CLASS[check]));
  return PRIORITY.find((each) => classes.has(each)) ?? 0;
}
