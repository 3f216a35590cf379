import { fileStamp } from "../platform/file-stamp.ts";
import { buildConfig } from "./build-config.ts";
import type { CheckedFile } from "./checked-file.ts";
import type { Config, Env } from "./config.ts";
import type { ConfigDiagnostic } from "./diagnostic.ts";
import { readPlainFile } from "./plain-file.ts";
import type { Findings } from "./findings.ts";
import type { Problem, Report } from "./problem.ts";
import { readSource } from "./read-source.ts";
import { warnRepeatedServers } from "./repeated-servers.ts";
import type { Source } from "./source.ts";

/*
 * Every start of mcpzip passes here, so a healthy file loads neither the schema library nor the
 * parser that knows comments and positions; and the code on its way uses plain loops, because the
 * first call of `every`, `Object.fromEntries` and the like costs 0.1 ms each.
 */

export interface LoadedConfig {
  readonly config: Config;
  /** What can be ignored but was hardly meant, such as an unknown key. */
  readonly warnings: readonly ConfigDiagnostic[];
  /** Of the file as it was when reading began; see platform/file-stamp. */
  readonly stamp: string;
}

/**
 * Reads, checks and expands the config file at an absolute path. Throws CONFIG_NOT_FOUND, or
 * CONFIG_INVALID when nothing in it can be used; a server that cannot is in `config.faults`.
 */
export async function loadConfig(path: string, env: Env): Promise<LoadedConfig> {
  const stamp = fileStamp(path);
  const source = await readSource(path);
  const raw = await parseSource(source);
  const problems: Problem[] = [];
  const report: Report = (problem) => void problems.push(problem);
  const file = readPlainFile(raw) ?? (await checkFile(raw, report));
  if (file === undefined) throw (await findingsOf(problems, source)).fatal;
  const config = buildConfig(file, { env, report });
  await warnRepeatedServers(source, { names: Object.keys(file.settings.mcpServers), report });
  const { faults, warnings } = await findingsOf(problems, source);
  return { config: { path, ...config, faults }, warnings, stamp };
}

async function parseSource(source: Source): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(source.text);
    return value;
  } catch {
    // The other parser accepts more, and says where the error is.
    const { parseJsonc } = await import("./parse-jsonc.ts");
    return parseJsonc(source);
  }
}

async function checkFile(raw: unknown, report: Report): Promise<CheckedFile | undefined> {
  const { checkFile: check } = await import("./check-file.ts");
  return check(raw, report);
}

async function findingsOf(problems: readonly Problem[], source: Source): Promise<Findings> {
  if (problems.length === 0) return { fatal: undefined, faults: new Map(), warnings: [] };
  const { sortFindings } = await import("./findings.ts");
  return sortFindings(problems, source);
}
