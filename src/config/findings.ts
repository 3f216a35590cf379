import type { McpzipError } from "../core/error.ts";
import { configError } from "./config-error.ts";
import type { ConfigDiagnostic } from "./diagnostic.ts";
import { locate } from "./locate.ts";
import type { Problem } from "./problem.ts";
import type { Source } from "./source.ts";

/** What was found in a config file, by what it means for the start. */
export interface Findings {
  readonly fatal: McpzipError | undefined;
  readonly faults: ReadonlyMap<string, McpzipError>;
  readonly warnings: readonly ConfigDiagnostic[];
}

/** Finds the line of each problem; those of one server become one error. All in the file's order. */
export function sortFindings(problems: readonly Problem[], source: Source): Findings {
  const findings = locate(source, problems).toSorted(
    ({ at: a }, { at: b }) => a.line - b.line || a.column - b.column,
  );
  const {
    fatal,
    fault = [],
    warning = [],
  } = Object.groupBy(findings, ({ problem }) => problem.severity);
  const byServer = Map.groupBy(fault, ({ problem }) => problem.server ?? "");
  const faults = [...byServer].map(([server, found]) => [server, configError(found)] as const);
  return {
    fatal: fatal && configError(fatal),
    faults: new Map(faults),
    warnings: warning.map(({ at }) => at),
  };
}
