import { McpzipError } from "../../core/error.ts";

const DEFAULT_SECONDS = 30;
const MAX_SECONDS = 3600;

/** The value of --timeout in milliseconds. Throws USAGE for what is no number of seconds. */
export function readTimeout(value: unknown): number {
  if (value === undefined) return DEFAULT_SECONDS * 1000;
  const seconds = Number(value);
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds * 1000;
  const message = `--timeout must be a number of seconds up to ${MAX_SECONDS}, and is ${JSON.stringify(value)}`;
  throw new McpzipError("USAGE", message, { fix: "mcpzip doctor --help" });
}
