type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * `fetch` for one upstream. Requests to loopback addresses never go through HTTP_PROXY: Bun, unlike
 * most clients, does not exempt them by itself.
 */
export const upstreamFetch: Fetch = (url, init) => {
  const isLocal = isLoopback(new URL(url).hostname);
  return fetch(url, isLocal ? { ...init, proxy: false } : init);
};

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
