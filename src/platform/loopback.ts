/** `fetch` as the transports and the authorization have it. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** Whether a URL's host is this machine: localhost, 127.0.0.0/8 or ::1. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Whether nobody on the way can read along: https, or plain http that stays on this machine. */
export function isSecure(url: URL): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
}

/**
 * `fetch` that asks loopback addresses directly: Bun, unlike most clients, would send those through
 * HTTP_PROXY too.
 */
export function directFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  return fetch(url, isLoopback(new URL(url)) ? { ...init, proxy: false } : init);
}
