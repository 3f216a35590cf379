import { toMcpzipError, type McpzipError } from "../core/error.ts";
import type { Output } from "./output.ts";

/** 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Shows an error as what happened, why, and how to mend it; returns the exit code. */
export function reportError(thrown: unknown, output: Output): ExitCode {
  const error = toMcpzipError(thrown, "INTERNAL");
  output.printError(`mcpzip: ${formatError(error)}`);
  return error.code === "USAGE" ? 2 : 1;
}

/** What happened, why, and how to mend it, on indented lines. */
export function formatError({ message, code, why, fix }: McpzipError): string {
  const lines = [`${message} (${code})`];
  if (why !== undefined) lines.push(indented("why", why));
  if (fix !== undefined) lines.push(indented("fix", fix));
  return lines.join("\n");
}

function indented(label: string, text: string): string {
  return `  ${label}   ${text.replaceAll("\n", "\n        ")}`;
}
