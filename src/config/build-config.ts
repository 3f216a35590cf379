import { buildServer } from "./build-server.ts";
import { buildSearch } from "./build-search.ts";
import type { CheckedFile } from "./checked-file.ts";
import type { Config, Env, ServerConfig } from "./config.ts";
import { expandEnv } from "./expand-env.ts";
import type { Report } from "./problem.ts";

/** The configuration as far as it can be used; what cannot has been reported. */
export function buildConfig(
  { settings, entries }: CheckedFile,
  { env, report }: { env: Env; report: Report },
): Omit<Config, "path" | "faults"> {
  const key = geminiApiKey(settings.gemini_api_key, { env, report });
  return {
    servers: buildServers(entries, { env, report }),
    geminiApiKey: key,
    search: buildSearch(settings.search, { geminiApiKey: key, env, report }),
    idleTimeoutMs: settings.idle_timeout_minutes * 60_000,
    callTimeoutMs: settings.call_timeout_seconds * 1000,
    catalogTtlMs: settings.catalog_ttl_minutes * 60_000,
    tokenStorage: settings.token_storage,
    countsCalls: settings.stats,
  };
}

function buildServers(
  entries: CheckedFile["entries"],
  { env, report }: { env: Env; report: Report },
): Map<string, ServerConfig> {
  const servers = new Map<string, ServerConfig>();
  for (const [name, entry] of entries) {
    const server = buildServer(name, { entry, env, report });
    if (server !== undefined) servers.set(name, server);
  }
  return servers;
}

function geminiApiKey(
  written: string | undefined,
  { env, report }: { env: Env; report: Report },
): string | undefined {
  if (env.GEMINI_API_KEY) return env.GEMINI_API_KEY;
  const { text, missing } = expandEnv(written ?? "", env);
  const [variable] = missing;
  if (variable === undefined) return text || undefined;
  report({
    severity: "warning",
    code: "ENV_MISSING",
    path: ["gemini_api_key"],
    part: "value",
    message: `gemini_api_key needs the variable ${variable}, which is not set, and is ignored`,
    fix: `set ${variable} where mcpzip is started, or remove gemini_api_key`,
  });
  return undefined;
}
