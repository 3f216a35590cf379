import { McpzipError } from "../core/error.ts";
import { type ConfigDiagnostic, positionOf } from "./diagnostic.ts";
import type { Problem } from "./problem.ts";

/** A problem and the place where it was found. */
export interface Finding {
  readonly problem: Problem;
  readonly at: ConfigDiagnostic;
}

/** One error for all that is wrong with a server, or with the file: each after the first gets a line. */
export function configError([first, ...others]: readonly Finding[]): McpzipError {
  if (first === undefined) return new McpzipError("INTERNAL", "a config error without a finding");
  const { code, server, message, fix } = first.problem;
  const position = positionOf(first.at);
  const also = others.map(({ at }) => `also ${positionOf(at)}: ${at.message}`);
  if (code === "ENV_MISSING") {
    const why = [`${position} reads it and gives no default`, ...also].join("\n");
    return new McpzipError(code, message, { server, why, fix });
  }
  const why = [first.at.frame, ...also].join("\n");
  return new McpzipError(code, `${position}: ${message}`, { server, why, fix });
}
