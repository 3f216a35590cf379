import { limitBody } from "../../platform/limited-body.ts";
import { directFetch } from "../../platform/loopback.ts";

/**
 * A model's endpoint that gave no answer that can be used. The message names its host and nothing else:
 * no key, no query, and not the words of `fetch` or of the endpoint, in which either may stand.
 */
export class EndpointError extends Error {
  override readonly name = "EndpointError";
  /** Undefined: it did not come to an answer, or the answer was not what was asked for. */
  readonly status: number | undefined;
  /** Whether the same request may succeed a moment later. */
  readonly isTemporary: boolean;
  /** How long the endpoint asks us to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    facts: { status?: number; isTemporary?: boolean; retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.status = facts.status;
    this.isTemporary = facts.isTemporary ?? false;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

export interface EndpointRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal;
  /** An answer that is longer is not read to its end. */
  readonly maxBytes: number;
}

const TOO_MANY_REQUESTS = 429;
const REQUEST_TIMEOUT = 408;

/** The address of a method below an API's base, whose own path and query stay. */
export function endpointUrl(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, "")}/${path}`;
  return url;
}

/** Posts JSON and gives the JSON that is answered. Throws EndpointError, or the signal's reason. */
export async function postJson(request: EndpointRequest): Promise<unknown> {
  const { url, signal, maxBytes } = request;
  const response = await send(request);
  if (!response.ok) {
    await response.body?.cancel();
    throw refusal(url, response);
  }
  const text = await readText(response, { url, signal, maxBytes });
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    throw new EndpointError(`${url.host} did not answer with JSON`);
  }
}

async function send({ url, headers, body, signal }: EndpointRequest): Promise<Response> {
  signal.throwIfAborted();
  try {
    return await directFetch(url, {
      method: "POST",
      headers: legalHeaders(url, headers),
      body: JSON.stringify(body),
      // A key must not follow to wherever an answer points.
      redirect: "manual",
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof EndpointError) throw error;
    throw unreachable(url, error);
  }
}

/** The runtime's own complaint about a header would quote the key. */
function legalHeaders(url: URL, headers: EndpointRequest["headers"]): Headers {
  try {
    return new Headers({ "Content-Type": "application/json", ...headers });
  } catch {
    throw new EndpointError(`the key for ${url.host} is not legal in an HTTP header`);
  }
}

function unreachable(url: URL, error: unknown): EndpointError {
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return new EndpointError(`${url.host} cannot be reached${code}`, { isTemporary: true });
}

function refusal(url: URL, { status, headers }: Response): EndpointError {
  const isTemporary = status >= 500 || status === TOO_MANY_REQUESTS || status === REQUEST_TIMEOUT;
  const retryAfterMs = isTemporary ? parseRetryAfter(headers.get("retry-after")) : undefined;
  const message = `${url.host} answered HTTP ${status}`;
  return new EndpointError(message, { status, isTemporary, retryAfterMs });
}

/** Seconds, or a date (RFC 9110 section 10.2.3). */
function parseRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

async function readText(
  response: Response,
  { url, signal, maxBytes }: Pick<EndpointRequest, "url" | "signal" | "maxBytes">,
): Promise<string> {
  const tooLong = () => new EndpointError(`${url.host} answered with over ${maxBytes} bytes`);
  try {
    const bytes = await limitBody(response, { maxBytes, per: "body", tooLong }).bytes();
    return Buffer.from(bytes).toString("utf8");
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof EndpointError) throw error;
    throw unreachable(url, error);
  }
}
