import { McpzipError } from "../core/error.ts";

const MAX_SECONDS = 86_400;

/** The value of `--timeout`, if it is given. Throws USAGE for what is no number of seconds. */
export function readSeconds(value: unknown, command: string): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw wrong("timeout", { value, command, expected: `a number of seconds up to ${MAX_SECONDS}` });
}

/** The value of a flag that counts something, if it is given. Throws USAGE. */
export function readCount(
  value: unknown,
  { flag, command, max }: { readonly flag: string; readonly command: string; readonly max: number },
): number | undefined {
  if (value === undefined) return undefined;
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= max) return count;
  throw wrong(flag, { value, command, expected: `a whole number from 1 to ${max}` });
}

function wrong(
  flag: string,
  { value, command, expected }: { value: unknown; command: string; expected: string },
): McpzipError {
  const message = `--${flag} must be ${expected}, and is ${JSON.stringify(value)}`;
  return new McpzipError("USAGE", message, { fix: `mcpzip ${command} --help` });
}
