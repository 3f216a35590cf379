import { readChallenge, type Challenge } from "../../auth/challenge.ts";
import { INITIALIZE } from "../../auth/fetch-challenge.ts";
import { isRecord } from "../../core/tool.ts";
import { directFetch } from "../../platform/loopback.ts";

/** What came back for one request, as far as it tells MCP from something else. */
export interface HttpAnswer {
  readonly status: number;
  readonly shape: "mcp" | "event-stream" | "html" | "json" | "other";
  /** The page's title, when it is one. */
  readonly title: string | undefined;
  readonly location: string | undefined;
  readonly challenge: Challenge;
  readonly hasChallenge: boolean;
  /** The server's clock less ours; undefined when it does not tell. */
  readonly skewSeconds: number | undefined;
}

export interface ProbeOptions {
  readonly method: "POST" | "GET";
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 15_000;
const MAX_BODY = 64 * 1024;

/**
 * Knocks as a client does that opens a session: `initialize` by POST, or a GET for an event stream.
 * Follows no redirect, and ends a session that this has opened. Rejects with fetch's error.
 */
export async function probe(url: URL, options: ProbeOptions): Promise<HttpAnswer> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const askedAt = Date.now();
  const response = await directFetch(url, request({ ...options, signal }));
  const answeredAt = Date.now();
  const type = response.headers.get("content-type") ?? "";
  const isStream = type.includes("text/event-stream");
  const body = isStream ? "" : await readStart(response);
  if (isStream) await response.body?.cancel();
  await endSession(url, response, { ...options, signal });
  return {
    status: response.status,
    shape: isStream ? "event-stream" : shapeOf(body),
    title: /<title[^>]*>([^<]{1,80})/i.exec(body)?.[1]?.trim(),
    location: response.headers.get("location") ?? undefined,
    challenge: readChallenge(response),
    hasChallenge: response.headers.has("www-authenticate"),
    skewSeconds: skewOf(response, (askedAt + answeredAt) / 2),
  };
}

function request({ method, headers, signal }: ProbeOptions): RequestInit {
  if (method === "GET")
    return { headers: { ...headers, Accept: "text/event-stream" }, redirect: "manual", signal };
  return {
    method,
    headers: {
      ...headers,
      Accept: "application/json, text/event-stream",
      "Content-Type": "application/json",
    },
    body: JSON.stringify(INITIALIZE),
    redirect: "manual",
    signal,
  };
}

async function readStart(response: Response): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= MAX_BODY) break;
  }
  return text;
}

function shapeOf(body: string): HttpAnswer["shape"] {
  if (/^\s*<(?:!doctype|html|head|body)/i.test(body)) return "html";
  try {
    const json: unknown = JSON.parse(body);
    return isRecord(json) && json.jsonrpc === "2.0" ? "mcp" : "json";
  } catch {
    // Neither: its status says the rest.
    return "other";
  }
}

/** To the second, which is all that the header has. */
function skewOf(response: Response, now: number): number | undefined {
  const then = Date.parse(response.headers.get("date") ?? "");
  return Number.isNaN(then) ? undefined : Math.round((then + 500 - now) / 1000);
}

async function endSession(url: URL, response: Response, options: ProbeOptions): Promise<void> {
  const session = response.headers.get("mcp-session-id");
  if (session === null) return;
  try {
    const headers = { ...options.headers, "Mcp-Session-Id": session };
    const { signal } = options;
    const ended = await directFetch(url, { method: "DELETE", headers, redirect: "manual", signal });
    await ended.body?.cancel();
  } catch {
    // It ends by itself then; a politeness is nothing to fail for.
  }
}
