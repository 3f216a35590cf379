import type { McpzipError } from "../core/error.ts";
import { buildConfig } from "./build-config.ts";
import type { CheckedFile } from "./checked-file.ts";
import type { Config, Env } from "./config.ts";
import { configError, type Finding } from "./config-error.ts";
import type { ConfigDiagnostic } from "./diagnostic.ts";
import { readPlainFile } from "./plain-file.ts";
import type { Problem, Report } from "./problem.ts";
import { readSource } from "./read-source.ts";
import { warnRepeatedServers } from "./repeated-servers.ts";
import type { Source } from "./source.ts";

export interface LoadedConfig {
  readonly config: Config;
  /** What can be ignored but was hardly meant, such as an unknown key. */
  readonly warnings: readonly ConfigDiagnostic[];
}

/**
 * Reads, checks and expands the config file at an absolute path. Throws CONFIG_NOT_FOUND, or CONFIG_INVALID when nothing
 * in the file can be used; a server that cannot be used lands in `config.faults` instead.
 */
export async function loadConfig(path: string, env: Env): Promise<LoadedConfig> {
  const source = await readSource(path);
  const raw = await parseSource(source);
  const problems: Problem[] = [];
  const report: Report = (problem) => void problems.push(problem);
  const file = readPlainFile(raw) ?? (await checkFile(raw, report));
  if (file === undefined) throw fatalError(await locateAll(problems, source));
  const config = buildConfig(file, { env, report });
  await warnRepeatedServers(source, { names: Object.keys(file.settings.mcpServers), report });
  const findings = await locateAll(problems, source);
  const warnings = findings.filter(({ problem }) => problem.severity === "warning");
  return {
    config: { path: source.file, ...config, faults: faultsOf(findings) },
    warnings: warnings.map(({ at }) => at),
  };
}

/** Nearly every file is plain JSON; the parser that knows comments and positions costs start-up time. */
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

async function locateAll(problems: readonly Problem[], source: Source): Promise<Finding[]> {
  if (problems.length === 0) return [];
  const { locate } = await import("./locate.ts");
  return locate(source, problems);
}

function fatalError(findings: readonly Finding[]): McpzipError {
  return configError(findings.filter(({ problem }) => problem.severity === "fatal"));
}

function faultsOf(findings: readonly Finding[]): Map<string, McpzipError> {
  const faults = findings.filter(({ problem }) => problem.severity === "fault");
  const byServer = Map.groupBy(faults, ({ problem }) => problem.server ?? "");
  return new Map([...byServer].map(([server, found]) => [server, configError(found)] as const));
}
