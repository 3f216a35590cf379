import { nearestNames } from "../core/nearest.ts";
import { isRecord } from "../core/tool.ts";
import { serverNameFault } from "../core/tool-name.ts";
import { checkShape, shownValue, warnUnknownKeys } from "./check-shape.ts";
import { SERVER_TYPES, type ServerEntry, type ServerType } from "./checked-file.ts";
import { type Place, reportAt, serverPlace } from "./place.ts";
import type { Report } from "./problem.ts";
import { oauthSchema } from "./oauth-schema.ts";
import { httpSchema, sseSchema, stdioSchema } from "./schema.ts";

type RawEntry = Readonly<Record<string, unknown>>;

const SCHEMAS = { stdio: stdioSchema, http: httpSchema, sse: sseSchema };

const KNOWN_KEYS: readonly string[] = [
  ...new Set(Object.values(SCHEMAS).flatMap((schema) => Object.keys(schema.shape))),
];

/** The checked entry, or nothing after its fault has been reported. */
export function checkServer(
  name: string,
  { raw, report }: { raw: unknown; report: Report },
): ServerEntry | undefined {
  const place = serverPlace(name, report);
  const nameFault = serverNameFault(name);
  if (nameFault !== undefined) {
    const message = `this name cannot be used: ${nameFault}`;
    reportAt(place, { part: "key", message, fix: "rename the server" });
    return undefined;
  }
  if (!isRecord(raw)) {
    const message = `an entry must be an object, and it is ${shownValue(raw, place.path)}`;
    const fix = 'write it as { "command": … } or { "url": … }';
    reportAt(place, { part: "value", message, fix });
    return undefined;
  }
  warnUnknownKeys(raw, { known: KNOWN_KEYS, place });
  const type = typeOf(raw, place);
  return type && checkEntry(type, { raw, place });
}

function checkEntry(
  type: ServerType,
  { raw, place }: { raw: RawEntry; place: Place },
): ServerEntry | undefined {
  warnForeignKeys(type, { raw, place });
  if (type === "stdio") {
    const fields = checkShape(stdioSchema, { raw, place });
    return fields && { type, fields };
  }
  warnUnknownOAuthKeys(raw.oauth, place);
  const fields = checkShape(SCHEMAS[type], { raw, place });
  return fields && { type, fields };
}

function warnUnknownOAuthKeys(oauth: unknown, place: Place): void {
  if (!isRecord(oauth)) return;
  const path = [...place.path, "oauth"];
  const subject = `${place.subject}oauth: `;
  const known = Object.keys(oauthSchema.shape);
  warnUnknownKeys(oauth, { known, place: { ...place, path, subject } });
}

function typeOf(raw: RawEntry, place: Place): ServerType | undefined {
  if (raw.type !== undefined) return declaredType(raw.type, place);
  const hasCommand = raw.command !== undefined;
  const hasUrl = raw.url !== undefined;
  if (hasCommand && hasUrl) {
    const message = 'has both "command" and "url"';
    const fix = 'remove one of them, or say which counts with "type": "stdio" or "type": "http"';
    reportAt(place, { path: ["url"], part: "key", message, fix });
    return undefined;
  }
  if (hasCommand) return "stdio";
  if (hasUrl) return "http";
  const message = 'has neither "command" nor "url"';
  const fix = 'add "command" for a program to start, or "url" for a server on the network';
  reportAt(place, { part: "key", message, fix });
  return undefined;
}

function declaredType(declared: unknown, place: Place): ServerType | undefined {
  const type = SERVER_TYPES.get(declared);
  if (type !== undefined) return type;
  const names = [...SERVER_TYPES.keys()].filter((name) => typeof name === "string");
  const [nearest] = typeof declared === "string" ? nearestNames(declared, names, 1) : [];
  const received = shownValue(declared, ["type"]);
  reportAt(place, {
    path: ["type"],
    part: "value",
    message: `type must be "stdio", "http" or "sse", and it is ${received}`,
    fix: nearest === undefined ? "change the type, or remove it" : `write "type": "${nearest}"`,
  });
  return undefined;
}

/** `headers` on a stdio server is a known key, but nothing would ever read it. */
function warnForeignKeys(type: ServerType, { raw, place }: { raw: RawEntry; place: Place }): void {
  const own = Object.keys(SCHEMAS[type].shape);
  for (const key of Object.keys(raw)) {
    if (own.includes(key) || !KNOWN_KEYS.includes(key)) continue;
    const message = `"${key}" means nothing to a ${type} server and is ignored`;
    const fix = `remove "${key}"`;
    reportAt(place, { severity: "warning", path: [key], part: "key", message, fix });
  }
}
