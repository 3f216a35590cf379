import type { McpzipError } from "../../core/error.ts";

/** What was looked at; the column of the report, and what an exit code goes by. */
export type Check =
  | "config"
  | "env"
  | "files"
  | "cache"
  | "path"
  | "network"
  | "clock"
  | "processes"
  | "clients"
  | "command"
  | "http"
  | "sign-in"
  | "session"
  | "tools";

/** `note`: nothing to do, worth knowing. `warn`: works, but may not for long. `fail`: does not work. */
export type Level = "ok" | "note" | "warn" | "fail";

/** One line of the report. */
export interface Finding {
  readonly check: Check;
  readonly level: Level;
  readonly server?: string | undefined;
  readonly message: string;
  /** One line, or several with a code frame. */
  readonly why?: string | undefined;
  /** One command or one edit that mends it. */
  readonly fix?: string | undefined;
  /** What was measured, for programs. */
  readonly facts?: Readonly<Record<string, string | number | boolean>> | undefined;
}

export function fromError(check: Check, error: McpzipError): Finding {
  const { message, server, why, fix } = error;
  return { check, level: "fail", server, message, why, fix };
}
