/** Every code that mcpzip reports; docs/errors.md explains each. The union only ever grows. */
export const ERROR_CODES = [
  "ARGUMENTS_INVALID",
  "AUTH_FAILED",
  "AUTH_REJECTED",
  "AUTH_REQUIRED",
  "AUTH_UNAVAILABLE",
  "CALL_CANCELLED",
  "CALL_TIMEOUT",
  "CONFIG_INVALID",
  "CONFIG_NOT_FOUND",
  "CONFIG_UNWRITABLE",
  "ENV_MISSING",
  "INTERNAL",
  "SERVER_CLOSED",
  "SERVER_DISABLED",
  "SERVER_ERROR",
  "SERVER_PROTOCOL",
  "SERVER_START_FAILED",
  "SERVER_UNKNOWN",
  "SERVER_UNREACHABLE",
  "TOOL_UNKNOWN",
  "UPDATE_UNKNOWN",
  "USAGE",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorFacts {
  readonly server?: string | undefined;
  /** Why it happened: one line, or several with a code frame. */
  readonly why?: string | undefined;
  /** One command or one edit that mends it. */
  readonly fix?: string | undefined;
  /** The page on which a person can mend it. */
  readonly url?: string | undefined;
  readonly cause?: unknown;
}

/** The one error that mcpzip throws: `message` is what happened, in one sentence. */
export class McpzipError extends Error {
  override readonly name = "McpzipError";
  readonly code: ErrorCode;
  readonly server: string | undefined;
  readonly why: string | undefined;
  readonly fix: string | undefined;
  readonly url: string | undefined;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, { cause: facts.cause });
    this.code = code;
    this.server = facts.server;
    this.why = facts.why;
    this.fix = facts.fix;
    this.url = facts.url;
  }
}

/** Keeps an McpzipError as it is; anything else becomes `code` with the original as its cause. */
export function toMcpzipError(
  thrown: unknown,
  code: ErrorCode,
  facts: ErrorFacts = {},
): McpzipError {
  if (thrown instanceof McpzipError) return thrown;
  return new McpzipError(code, errorMessage(thrown), { ...facts, cause: thrown });
}

/** Whether a call to the system failed with one of these codes: ENOENT, EPERM. */
export function isSystemError(thrown: unknown, ...codes: readonly string[]): boolean {
  return thrown instanceof Error && "code" in thrown && codes.includes(String(thrown.code));
}

export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
