import { isRecord } from "../core/tool.ts";
import { serverNameFault } from "../core/tool-name.ts";
import {
  type CheckedFile,
  type RemoteEntry,
  SERVER_TYPES,
  type ServerEntry,
  type Settings,
  type StdioEntry,
} from "./checked-file.ts";
import {
  DEFAULTS,
  MAX_DIMENSIONS,
  MAX_PORT,
  MAX_SEARCH_LIMIT,
  MAX_TIMER_MINUTES,
  MAX_TIMER_SECONDS,
} from "./limits.ts";
import {
  fits,
  isBoolean,
  isCount,
  isFilled,
  isOneOf,
  isString,
  isStringMap,
  isStrings,
  isWithin,
  type Test,
  type Tests,
} from "./plain-value.ts";

/**
 * The file when all of it is plainly right, as nearly every file is; else nothing, and the schema has
 * the word. This spares start-up the schema library, whose first use takes longer than all the rest.
 * It may refuse what the schema accepts, never the other way round: a test holds the two together.
 */
export function readPlainFile(raw: unknown): CheckedFile | undefined {
  if (!isSettings(raw)) return undefined;
  const entries = new Map<string, ServerEntry>();
  for (const [name, value] of Object.entries(raw.mcpServers)) {
    const entry = serverNameFault(name) === undefined ? plainEntry(value) : undefined;
    if (entry === undefined) return undefined;
    entries.set(name, entry);
  }
  return { settings: withDefaults(raw), entries };
}

type WrittenSettings = Pick<Settings, "mcpServers"> &
  Partial<Omit<Settings, "mcpServers" | "search">> & { search?: Partial<Settings["search"]> };

const isSeconds: Test = (value) => isWithin(value, MAX_TIMER_SECONDS) && value !== 0;
const isMinutes: Test = (value) => isWithin(value, MAX_TIMER_MINUTES) && value !== 0;

const EVERY_SERVER = [
  ["type", (value: unknown) => SERVER_TYPES.has(value)],
  ["disabled", isBoolean],
  ["call_timeout_seconds", isSeconds],
  ["protocol", isOneOf("auto", "legacy")],
] as const;

const STDIO: Tests = new Map([
  ["command", isFilled],
  ["args", isStrings],
  ["env", isStringMap],
  ["cwd", isFilled],
  ...EVERY_SERVER,
]);

const OAUTH: Tests = new Map([
  ["clientId", isFilled],
  ["clientSecret", isFilled],
  ["clientMetadataUrl", isFilled],
  ["callbackPort", (value) => isCount(value, MAX_PORT)],
  ["scopes", (value) => isFilled(value) || isStrings(value)],
  ["resource", isFilled],
  ["authServerMetadataUrl", isFilled],
  ["trustedIssuer", isFilled],
  ["grantType", isOneOf("authorization_code", "client_credentials")],
  ["privateKey", isFilled],
  ["signingAlgorithm", isFilled],
  ["interactive", isOneOf("auto", "on-call", "never")],
]);

const REMOTE: Tests = new Map([
  ["url", isFilled],
  ["headers", isStringMap],
  ["oauth", (value) => isBoolean(value) || fits(value, OAUTH)],
  ...EVERY_SERVER,
]);

const EMBEDDINGS: Tests = new Map([
  ["provider", isOneOf("openai", "gemini")],
  ["base_url", isFilled],
  ["model", isFilled],
  ["api_key", isFilled],
  ["dimensions", (value) => isCount(value, MAX_DIMENSIONS)],
]);

const SEARCH: Tests = new Map([
  ["model", isFilled],
  ["base_url", isFilled],
  ["embeddings", (value) => fits(value, EMBEDDINGS) && value.model !== undefined],
  ["default_limit", (value) => isCount(value, MAX_SEARCH_LIMIT)],
]);

const SETTINGS: Tests = new Map([
  ["$schema", isString],
  ["mcpServers", isRecord],
  ["gemini_api_key", isFilled],
  ["search", (value) => fits(value, SEARCH)],
  ["idle_timeout_minutes", isMinutes],
  ["call_timeout_seconds", isSeconds],
  ["catalog_ttl_minutes", (value) => isWithin(value, Number.MAX_SAFE_INTEGER)],
  ["token_storage", isOneOf("file", "keychain")],
  ["stats", isBoolean],
]);

function plainEntry(value: unknown): ServerEntry | undefined {
  if (isStdio(value)) return { type: "stdio", fields: value };
  if (!isRemote(value)) return undefined;
  return { type: SERVER_TYPES.get(value.type) === "sse" ? "sse" : "http", fields: value };
}

function isSettings(value: unknown): value is WrittenSettings {
  return fits(value, SETTINGS) && value.mcpServers !== undefined;
}

function isStdio(value: unknown): value is StdioEntry {
  if (!fits(value, STDIO) || value.command === undefined) return false;
  return value.type === undefined || value.type === "stdio";
}

function isRemote(value: unknown): value is RemoteEntry {
  return fits(value, REMOTE) && value.url !== undefined && value.type !== "stdio";
}

function withDefaults(written: WrittenSettings): Settings {
  const { search = {} } = written;
  return {
    ...written,
    search: { ...search, default_limit: search.default_limit ?? DEFAULTS.searchLimit },
    idle_timeout_minutes: written.idle_timeout_minutes ?? DEFAULTS.idleTimeoutMinutes,
    call_timeout_seconds: written.call_timeout_seconds ?? DEFAULTS.callTimeoutSeconds,
    catalog_ttl_minutes: written.catalog_ttl_minutes ?? DEFAULTS.catalogTtlMinutes,
    token_storage: written.token_storage ?? DEFAULTS.tokenStorage,
    stats: written.stats ?? DEFAULTS.stats,
  };
}
