import type { JsonPath } from "./problem.ts";

/** Keys whose values may be shown; whatever stands under another key could be a secret. */
const PUBLIC_KEYS: ReadonlySet<string | number> = new Set([
  "$schema",
  "call_timeout_seconds",
  "catalog_ttl_minutes",
  "command",
  "cwd",
  "default_limit",
  "dimensions",
  "disabled",
  "idle_timeout_minutes",
  "model",
  "protocol",
  "provider",
  "token_storage",
  "type",
]);

/** The only values of an `oauth` that may be shown. */
const PUBLIC_OAUTH_KEYS: ReadonlySet<string | number> = new Set([
  "callbackPort",
  "grantType",
  "interactive",
]);

/** Below these any name can stand, so a key's own name says nothing there. */
const SECRET_PARENTS: ReadonlySet<string | number> = new Set(["env", "headers", "oauth"]);

/** Says whether a value may be printed, by the path to it. */
export function isPublic(value: unknown, path: JsonPath): boolean {
  if (typeof value === "boolean" || value === null) return true;
  const key = path.at(-1);
  if (key === undefined || !isPublicKey(key, path.slice(0, -1))) return false;
  // A command with white space is a whole command line, `npx server --token …`.
  return typeof value !== "string" || !/\s/.test(value);
}

function isPublicKey(key: string | number, parents: JsonPath): boolean {
  const secret = parents.find((step) => SECRET_PARENTS.has(step));
  if (secret === undefined) return PUBLIC_KEYS.has(key);
  return secret === "oauth" && parents.at(-1) === "oauth" && PUBLIC_OAUTH_KEYS.has(key);
}

/** Brackets and separators, and what people write without quotes: our keys, other languages' literals. */
const PUBLIC_TOKEN =
  /^(?:[{}[\]:,]|mcpServers|args|env|headers|search|url|true|false|null|none|undefined)$/i;

/** Says whether a token that stands where JSON does not want it may be printed. */
export function isPublicToken(token: string): boolean {
  return PUBLIC_KEYS.has(token) || PUBLIC_TOKEN.test(token);
}
