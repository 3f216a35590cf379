import { errorMessage, McpzipError, type ErrorFacts } from "../../core/error.ts";
import { directFetch, isSecure } from "../../platform/loopback.ts";

const TIMEOUT_MS = 10_000;
const MAX_REDIRECTS = 5;

export interface Release {
  /** Without the "v" of its tag. */
  readonly version: string;
  /** Its page, with what has changed. */
  readonly page: string;
}

/**
 * The newest release, by where `latest` redirects to: a page that anybody may ask for, unlike GitHub's API,
 * which answers 60 requests an hour to all who share an address. Throws UPDATE_UNKNOWN.
 */
export async function fetchNewestRelease(releases: string, signal: AbortSignal): Promise<Release> {
  let url = `${releases}/latest`;
  for (let hops = 0; hops < MAX_REDIRECTS; hops++) {
    const next = await redirectOf(url, signal);
    const [, version] = /\/releases\/tag\/v(\d+\.\d+\.\d+[0-9A-Za-z.+-]*)$/.exec(next) ?? [];
    if (version !== undefined) return { version, page: next };
    if (!new URL(next).pathname.endsWith("/latest"))
      throw unknown("there is no release yet", `${url} leads to ${next}`, {
        fix: `look there later: ${releases}`,
      });
    url = next;
  }
  throw unknown("the releases cannot be found", `${releases}/latest leads in circles`);
}

async function redirectOf(url: string, signal: AbortSignal): Promise<string> {
  const response = await ask(url, signal);
  await response.body?.cancel();
  const location = response.headers.get("location");
  if (response.status < 300 || response.status > 399 || location === null)
    throw refusal(url, response);
  const next = URL.parse(location, url);
  if (next !== null && isSecure(next)) return next.href;
  throw unknown("the releases cannot be found", `${url} leads to an address that is not https`);
}

async function ask(url: string, signal: AbortSignal): Promise<Response> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const request = { redirect: "manual", signal: AbortSignal.any([signal, deadline]) } as const;
    return await directFetch(url, request);
  } catch (error) {
    if (signal.aborted) throw error;
    const { host } = new URL(url);
    const why = deadline.aborted
      ? `${host} gave no answer within ${TIMEOUT_MS / 1000} s`
      : `${host}: ${errorMessage(error)}`;
    throw unknown("the releases cannot be reached", why, { cause: error });
  }
}

function refusal(url: string, { status, headers }: Response): McpzipError {
  const { host } = new URL(url);
  if (status === 429 || status === 403) {
    const seconds = Number(headers.get("retry-after"));
    const wait = seconds > 0 ? `; it asks to wait ${seconds} s` : "";
    const why = `HTTP ${status}: too many have asked from this address, or a proxy is in the way${wait}`;
    return unknown(`${host} does not answer just now`, why);
  }
  if (status === 404) return unknown("the releases cannot be found", `${url} is not there (404)`);
  return unknown("the releases cannot be read", `${url} was answered with HTTP ${status}`);
}

function unknown(what: string, why: string, facts: ErrorFacts = {}): McpzipError {
  const message = `whether there is a newer mcpzip is not known: ${what}`;
  return new McpzipError("UPDATE_UNKNOWN", message, { ...facts, why });
}
