import { McpzipError } from "../core/error.ts";

/**
 * An error about a tool whose remedy is something to type. The errors of mcpzip's own tools tell a model what to do
 * next; here a person reads them.
 */
export function inShellWords(thrown: unknown, tool: string): unknown {
  if (!(thrown instanceof McpzipError)) return thrown;
  const fix = shellFix(thrown, tool);
  if (fix === undefined) return thrown;
  const { code, message, server, why, url, cause } = thrown;
  return new McpzipError(code, message, { server, why, fix, url, cause });
}

function shellFix({ code, server }: McpzipError, tool: string): string | undefined {
  switch (code) {
    case "TOOL_UNKNOWN":
      return server === undefined
        ? "find the name with mcpzip search"
        : `find the name with mcpzip search, or read the list anew: mcpzip refresh ${server}`;
    case "ARGUMENTS_INVALID":
      return `mcpzip describe ${tool}`;
    case "CALL_TIMEOUT":
      return `give it more time: mcpzip call ${tool} --timeout SECONDS`;
    default:
      return undefined;
  }
}
