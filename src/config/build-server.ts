import { createOAuth } from "./build-oauth.ts";
import type { RemoteEntry, ServerEntry, StdioEntry } from "./checked-file.ts";
import type { Env, HttpServer, ServerConfig, SseServer, StdioServer } from "./config.ts";
import { expandEntry } from "./expand-entry.ts";
import { type Place, reportAt, serverPlace } from "./place.ts";
import type { Report } from "./problem.ts";

/** Stands in where a url cannot be read; no server with it is ever dialled. */
const NO_URL = "about:blank";

/**
 * The server with its variables filled in, or nothing after its faults have been reported. A disabled
 * one is kept as it is written: nothing will use it, so it need not be usable.
 */
export function buildServer(
  name: string,
  { entry, env, report }: { entry: ServerEntry; env: Env; report: Report },
): ServerConfig | undefined {
  if (entry.fields.disabled) return createServer(entry, serverPlace(name, ignore));
  let isFaulty = false;
  const place = serverPlace(name, (problem) => {
    if (problem.severity === "fault") isFaulty = true;
    report(problem);
  });
  const expanded = expandEntry(entry, { place, env });
  if (isFaulty) return undefined;
  const server = createServer(expanded, place);
  return isFaulty ? undefined : server;
}

function ignore(): void {}

function createServer(entry: ServerEntry, place: Place): ServerConfig {
  if (entry.type === "stdio") return createStdioServer(entry.fields, place);
  return createRemoteServer(entry.type, { fields: entry.fields, place });
}

function createStdioServer(fields: StdioEntry, place: Place): StdioServer {
  const { command, args = [], env = {}, cwd } = fields;
  if (command === "") {
    const message = "command is empty once its variables are filled in";
    reportAt(place, { path: ["command"], part: "value", message, fix: "set its variables" });
  }
  // No folder is called "": an empty variable means that none was given.
  return { ...serverBase(fields, place), type: "stdio", command, args, env, cwd: cwd || undefined };
}

function createRemoteServer(
  type: "http" | "sse",
  { fields, place }: { fields: RemoteEntry; place: Place },
): HttpServer | SseServer {
  const { url, headers = {} } = fields;
  checkHeaders(headers, place);
  const oauth = createOAuth(fields, place);
  return { ...serverBase(fields, place), type, url: parseUrl(url, place), headers, oauth };
}

function serverBase(fields: StdioEntry | RemoteEntry, place: Place) {
  const seconds = fields.call_timeout_seconds;
  return {
    name: place.server ?? "",
    isDisabled: fields.disabled ?? false,
    callTimeoutMs: seconds === undefined ? undefined : seconds * 1000,
  };
}

/** Never shows the url: keys and tokens stand in paths and queries too. */
function parseUrl(text: string, place: Place): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  const message = "url is not an http:// or https:// address";
  const fix =
    "write it in full, like https://mcp.example.com/mcp, and look at what its variables hold";
  reportAt(place, { path: ["url"], part: "value", message, fix });
  return new URL(NO_URL);
}

function checkHeaders(headers: Readonly<Record<string, string>>, place: Place): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!isHeader(name, "")) reportHeader(name, { half: "name", place });
    else if (!isHeader("x", value)) reportHeader(name, { half: "value", place });
  }
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    // Its TypeError is the answer: Headers knows HTTP's grammar.
    return false;
  }
}

function reportHeader(
  name: string,
  { half, place }: { half: "name" | "value"; place: Place },
): void {
  reportAt(place, {
    path: ["headers", name],
    part: half === "name" ? "key" : "value",
    message: `the ${half} of the header ${JSON.stringify(name)} is not legal in HTTP`,
    fix:
      half === "name"
        ? "use letters, digits and - only"
        : "look for a line break or a character beyond Latin-1 in it or in its variables",
  });
}
