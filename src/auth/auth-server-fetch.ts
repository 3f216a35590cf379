import { errorMessage } from "../core/error.ts";
import { limitBody } from "../platform/limited-body.ts";
import { directFetch, isSecure } from "../platform/loopback.ts";

/** An authorization server, or its metadata, that gives no answer now: try again later, change nothing. */
export class AuthServerUnavailableError extends Error {
  override readonly name = "AuthServerUnavailableError";
}

/** An address that no secret may be sent to: neither https nor on this machine. */
export class InsecureEndpointError extends Error {
  override readonly name = "InsecureEndpointError";
}

const TIMEOUT_MS = 15_000;
/** Metadata and tokens are some kilobytes. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024;
/** "Too many requests" is as temporary as any 5xx. */
const TOO_MANY_REQUESTS = 429;

/**
 * `fetch` for metadata, registration and token endpoints: https or loopback only, never redirected to
 * another place, and an outage is told apart from an answer. Reading more than a document may be long
 * throws AuthServerUnavailableError.
 */
export async function authServerFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  const target = new URL(url);
  requireSecure(target);
  const response = await reach(target, init);
  if (response.status < 500 && response.status !== TOO_MANY_REQUESTS)
    return limitBody(response, {
      maxBytes: MAX_DOCUMENT_BYTES,
      per: "body",
      tooLong: () => new AuthServerUnavailableError(`${target.origin} answered with over 1 MB`),
    });
  await response.body?.cancel();
  throw new AuthServerUnavailableError(`${target.origin} answered HTTP ${response.status}`);
}

/** What it answered; undefined when that is not JSON. Throws AuthServerUnavailableError when it has no end. */
export async function readJson(response: Response): Promise<unknown> {
  try {
    const json: unknown = await response.json();
    return json;
  } catch (error) {
    if (error instanceof AuthServerUnavailableError) throw error;
    return undefined;
  }
}

/** OAuth 2.1 section 1.5; on this machine, plain http will do. Throws InsecureEndpointError. */
export function requireSecure(url: URL): void {
  if (isSecure(url)) return;
  throw new InsecureEndpointError(`${url.protocol}//${url.host} is neither https nor this machine`);
}

async function reach(target: URL, init: RequestInit | undefined): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  try {
    return await directFetch(target, { ...init, signal, redirect: "manual" });
  } catch (cause) {
    throw new AuthServerUnavailableError(`${target.origin}: ${errorMessage(cause)}`, { cause });
  }
}
