import { isSecure } from "../platform/loopback.ts";
import type { Settings } from "./checked-file.ts";
import type { Config, EmbeddingsSettings, Env, RerankSettings } from "./config.ts";
import { expandEnv } from "./expand-env.ts";
import { DEFAULTS } from "./limits.ts";
import { type Place, reportAt } from "./place.ts";
import { type JsonPath, pathName, type Report } from "./problem.ts";

type WrittenSearch = Settings["search"];
type WrittenEmbeddings = NonNullable<WrittenSearch["embeddings"]>;

interface Scope {
  readonly place: Place;
  readonly env: Env;
  readonly geminiApiKey: string | undefined;
}

/** What cannot be used is reported and left out: the search works without any of it. */
export function buildSearch(
  written: WrittenSearch,
  { geminiApiKey, env, report }: Omit<Scope, "place"> & { readonly report: Report },
): Config["search"] {
  const { model, default_limit: defaultLimit, base_url, embeddings } = written;
  const place: Place = { severity: "warning", path: ["search"], subject: "", report };
  const scope = { place, env, geminiApiKey };
  const isAsked = model !== undefined || base_url !== undefined || embeddings !== undefined;
  const geminiUrl = isAsked
    ? address(base_url, { standard: new URL(DEFAULTS.geminiBaseUrl), path: ["base_url"], scope })
    : undefined;
  return {
    model,
    defaultLimit,
    rerank: rerankSettings(model, { baseUrl: geminiUrl, apiKey: geminiApiKey }),
    embeddings: embeddings && embeddingsSettings(embeddings, { geminiUrl, scope }),
  };
}

/** A key alone sends nothing: whoever wants a model to rank names one. */
function rerankSettings(
  model: string | undefined,
  { baseUrl, apiKey }: { baseUrl: URL | undefined; apiKey: string | undefined },
): RerankSettings | undefined {
  if (model === undefined || baseUrl === undefined || apiKey === undefined) return undefined;
  return { model, baseUrl, apiKey };
}

function embeddingsSettings(
  { base_url, api_key, model, dimensions, ...written }: WrittenEmbeddings,
  { geminiUrl, scope }: { geminiUrl: URL | undefined; scope: Scope },
): EmbeddingsSettings | undefined {
  const provider = written.provider ?? (base_url === undefined ? "gemini" : "openai");
  const standard = provider === "gemini" ? geminiUrl : new URL(DEFAULTS.openaiBaseUrl);
  const baseUrl = address(base_url, { standard, path: ["embeddings", "base_url"], scope });
  const ownKey = expand(api_key, { path: ["embeddings", "api_key"], scope });
  if (baseUrl === undefined || ownKey === undefined) return undefined;
  const apiKey = ownKey || (provider === "gemini" ? scope.geminiApiKey : undefined);
  if (apiKey === undefined && baseUrl === standard) {
    reportNoKey(provider, scope.place);
    return undefined;
  }
  return { provider, baseUrl, model, apiKey, dimensions };
}

function reportNoKey(provider: EmbeddingsSettings["provider"], place: Place): void {
  const key = provider === "gemini" ? "gemini_api_key" : "api_key";
  reportAt(place, {
    path: ["embeddings"],
    part: "key",
    message: "search.embeddings has no key for its provider, and is ignored",
    fix: `add "${key}"; or "base_url", for an endpoint that wants none`,
  });
}

/**
 * The standard address when none is written; undefined, after a report, when what is written cannot be
 * used: then nothing may go to the standard one. Never shows an address, since it may hold a key.
 */
function address(
  written: string | undefined,
  { standard, path, scope }: { standard: URL | undefined; path: JsonPath; scope: Scope },
): URL | undefined {
  const text = expand(written, { path, scope });
  if (text === undefined || text === "") return text === "" ? standard : undefined;
  const url = URL.parse(text);
  if (url !== null && isSecure(url) && url.username === "" && url.password === "") return url;
  reportAt(scope.place, {
    path,
    part: "value",
    message: `${fullName(path)} is not an https:// address without a password, and what it is for is left out`,
    fix: "write it in full, with https://; http:// is for addresses of this machine only",
  });
  return undefined;
}

/** The text with its variables filled in, "" for none; undefined after a missing one was reported. */
function expand(
  written: string | undefined,
  { path, scope }: { path: JsonPath; scope: Scope },
): string | undefined {
  const { text, missing } = expandEnv(written ?? "", scope.env);
  const [variable] = missing;
  if (variable === undefined) return text;
  reportAt(scope.place, {
    code: "ENV_MISSING",
    path,
    part: "value",
    message: `${fullName(path)} needs the variable ${variable}, which is not set, and what it is for is left out`,
    fix: `set ${variable} where mcpzip is started, or write a default: \${${variable}:-…}`,
  });
  return undefined;
}

function fullName(path: JsonPath): string {
  return pathName(["search", ...path]);
}
