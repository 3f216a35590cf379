import type { CatalogFile } from "../../catalog/inspect-file.ts";
import type { Config, Env } from "../../config/config.ts";
import type { Paths } from "../../platform/paths.ts";
import type { Log } from "../../platform/log.ts";

/** What the checks look at, and how long they may. */
export interface DoctorContext {
  readonly env: Env;
  readonly paths: Paths;
  /** Undefined when there is none that can be used. */
  readonly config: Config | undefined;
  readonly signal: AbortSignal;
  /** For each server's way to its tools. */
  readonly timeoutMs: number;
  readonly log: Log;
  /** Looked at once, by whoever needs it first. */
  readonly loginPath: () => Promise<string | undefined>;
  readonly catalog: () => CatalogFile;
}
