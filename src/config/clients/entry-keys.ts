import { isRecord } from "../../core/tool.ts";
import type { Fields, ForeignServer } from "./client.ts";

/** The first of these lists of tools that an entry has; mcpzip passes all of a server's tools on. */
export function toolFilterObstacle(entry: Fields, keys: readonly string[]): string | undefined {
  const key = keys.find((each) => isFilter(entry[each]));
  return key === undefined ? undefined : `its "${key}" narrows down its tools, and mcpzip cannot`;
}

/** The first of these keys that is set, for settings that mcpzip has no word for. */
export function keyObstacle(entry: Fields, keys: readonly string[]): string | undefined {
  const key = keys.find((each) => isFilter(entry[each]) || entry[each] === true);
  return key === undefined ? undefined : `mcpzip has nothing like its "${key}"`;
}

/** The keys that most clients have in common. */
export function plainFields({ command, args, env, cwd, url, headers }: Fields): ForeignServer {
  return { command, args, env, cwd, url, headers };
}

/** A timeout in milliseconds as one in seconds; what is none is left out. */
export function secondsOf(ms: unknown): number | undefined {
  return typeof ms === "number" && ms > 0 && ms <= 2_000_000_000 ? ms / 1000 : undefined;
}

/** `sse` when the client was told so, else as the client finds out. */
export function remoteType(type: unknown): "http" | "sse" | undefined {
  if (type === "sse") return "sse";
  return type === "http" || type === "streamable-http" || type === "streamableHttp"
    ? "http"
    : undefined;
}

/** A `type` that no client of ours knows how to speak to. */
export function typeObstacle(type: unknown): string | undefined {
  if (type === undefined || type === "stdio" || remoteType(type) !== undefined) return undefined;
  return `its type is ${typeof type === "string" ? `"${type}"` : "no text"}`;
}

/** Fields under other names; those that are absent stay so. */
export function renamed(
  fields: unknown,
  names: Readonly<Record<string, string>>,
): Fields | undefined {
  if (!isRecord(fields)) return undefined;
  const pairs = Object.entries(names).flatMap(([from, to]) =>
    fields[from] === undefined ? [] : [[to, fields[from]] as const],
  );
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

/** `key: value`, or nothing where there is no value. */
export function optional(key: string, value: unknown): Fields {
  return value === undefined ? {} : { [key]: value };
}

/** The keys of what may be an object. */
export function keysOf(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

function isFilter(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "string" ? value !== "" : isRecord(value);
}
