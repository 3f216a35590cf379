import { hasHeaders } from "./build-oauth.ts";
import type { OAuthEntry, RemoteEntry, ServerEntry, StdioEntry } from "./checked-file.ts";
import type { Env } from "./config.ts";
import { type Expansion, expandEnv, expandPath } from "./expand-env.ts";
import { type Place, reportAt } from "./place.ts";
import { type JsonPath, pathName } from "./problem.ts";

interface Scope {
  readonly place: Place;
  readonly env: Env;
}

const OAUTH_TEXTS = [
  "clientId",
  "clientSecret",
  "clientMetadataUrl",
  "resource",
  "authServerMetadataUrl",
  "trustedIssuer",
  "privateKey",
  "signingAlgorithm",
] as const;

/** The entry with its variables filled in; each one that is missing is reported as a fault. */
export function expandEntry(entry: ServerEntry, scope: Scope): ServerEntry {
  if (entry.type === "stdio") return { type: "stdio", fields: expandStdio(entry.fields, scope) };
  return { type: entry.type, fields: expandRemote(entry.fields, scope) };
}

function expandStdio(fields: StdioEntry, scope: Scope): StdioEntry {
  const { command, args, env, cwd } = fields;
  const field = (path: JsonPath, expansion: Expansion) => take(expansion, { path, scope });
  return {
    ...fields,
    command: field(["command"], expandPath(command, scope.env)),
    args: args?.map((arg, index) => field(["args", index], expandEnv(arg, scope.env))),
    env: env && expandMap(env, { key: "env", scope }),
    cwd: cwd && field(["cwd"], expandPath(cwd, scope.env)),
  };
}

function expandRemote(fields: RemoteEntry, scope: Scope): RemoteEntry {
  const { url, headers, oauth } = fields;
  const isOAuthUsed = typeof oauth === "object" && !hasHeaders(headers);
  return {
    ...fields,
    url: take(expandEnv(url, scope.env), { path: ["url"], scope }),
    headers: headers && expandMap(headers, { key: "headers", scope }),
    oauth: isOAuthUsed ? expandOAuth(oauth, scope) : oauth,
  };
}

function expandOAuth(oauth: OAuthEntry, scope: Scope): OAuthEntry {
  const expanded = { ...oauth };
  for (const key of OAUTH_TEXTS) {
    const text = oauth[key];
    if (text !== undefined) expanded[key] = expandOAuthText(text, { path: [key], scope });
  }
  const { scopes } = oauth;
  if (scopes === undefined) return expanded;
  expanded.scopes =
    typeof scopes === "string"
      ? expandOAuthText(scopes, { path: ["scopes"], scope })
      : scopes.map((each, index) => expandOAuthText(each, { path: ["scopes", index], scope }));
  return expanded;
}

function expandOAuthText(text: string, { path, scope }: { path: JsonPath; scope: Scope }): string {
  return take(expandEnv(text, scope.env), { path: ["oauth", ...path], scope });
}

function expandMap(
  map: Readonly<Record<string, string>>,
  { key, scope }: { key: "env" | "headers"; scope: Scope },
): Record<string, string> {
  const expanded: Record<string, string> = {};
  for (const [name, value] of Object.entries(map)) {
    expanded[name] = take(expandEnv(value, scope.env), { path: [key, name], scope });
  }
  return expanded;
}

function take(expansion: Expansion, { path, scope }: { path: JsonPath; scope: Scope }): string {
  if (expansion.hasForeignForm) warnForeignForm(path, scope.place);
  for (const variable of expansion.missing) reportMissing(variable, { path, place: scope.place });
  return expansion.text;
}

function reportMissing(variable: string, { path, place }: { path: JsonPath; place: Place }): void {
  reportAt(place, {
    code: "ENV_MISSING",
    path,
    part: "value",
    message: `${pathName(path)} needs the variable ${variable}, which is not set`,
    fix: `set ${variable} where mcpzip is started, or write a default: \${${variable}:-…}`,
  });
}

/** Another client's `${input:token}` would go out as it stands, and the server would answer 401. */
function warnForeignForm(path: JsonPath, place: Place): void {
  reportAt(place, {
    severity: "warning",
    path,
    part: "value",
    message: `${pathName(path)} holds a \${…} that mcpzip does not fill in`,
    fix: "write ${NAME} or ${NAME:-default}; to pass the text on as it is, write $${…}",
  });
}
