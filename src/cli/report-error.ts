import { toMcpzipError, type McpzipError } from "../core/error.ts";
import { printable } from "../core/printable.ts";
import type { Output } from "./output.ts";

/** 0 done, 1 failed, 2 wrong usage, 130 interrupted; 3 to 6 are doctor's classes of problems. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 130;

/** Shows an error as what happened, why, and how to mend it; returns the exit code. */
export function reportError(
  thrown: unknown,
  output: Output,
  { isVerbose = false }: { readonly isVerbose?: boolean } = {},
): ExitCode {
  const error = toMcpzipError(thrown, "INTERNAL");
  output.printError(`mcpzip: ${formatError(error)}`);
  if (isVerbose) for (const stack of stacksOf(error)) output.printError(printable(stack));
  return error.code === "USAGE" ? 2 : 1;
}

/** Says when not all of a command's output could be printed, which is a failure of its own. */
export function reportUnprinted(exitCode: ExitCode, output: Output): ExitCode {
  const failure = output.failure();
  if (failure === undefined) return exitCode;
  output.printError(`mcpzip: the output could not be written: ${printable(failure.message)}`);
  return exitCode === 0 ? 1 : exitCode;
}

/** What happened, why, and how to mend it, on indented lines. */
export function formatError({ message, code, why, fix }: McpzipError): string {
  const lines = [`${message} (${code})`];
  if (why !== undefined) lines.push(indented("why", why));
  if (fix !== undefined) lines.push(indented("fix", fix));
  // A server's words are among them.
  return printable(lines.join("\n"));
}

/** Where the error was thrown, and where its causes were. */
function stacksOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.stack ?? error.message, ...stacksOf(error.cause)];
}

function indented(label: string, text: string): string {
  return `  ${label}   ${text.replaceAll("\n", "\n        ")}`;
}
