import type { RemoteServer } from "../remote-server.ts";
import { probe, type HttpAnswer } from "./http-probe.ts";

export interface Endpoint {
  readonly url: URL;
  readonly type: "http" | "sse";
}

const USUAL_PATHS = ["/mcp", "/sse"];

/**
 * Where on the same origin MCP is spoken instead: at the same path in the other way, or at a usual path.
 * Asks without headers and tokens, a handful of requests at most.
 */
export async function findEndpoint(
  { url, type }: RemoteServer,
  signal: AbortSignal,
): Promise<Endpoint | undefined> {
  const below = url.pathname.replace(/\/$/, "");
  const paths = new Set([url.pathname, ...USUAL_PATHS, ...USUAL_PATHS.map((each) => below + each)]);
  for (const path of paths) {
    const place = new URL(path, url.origin);
    for (const other of ["http", "sse"] as const) {
      const isKnown = path === url.pathname && other === type;
      if (!isKnown && (await answersMcp({ url: place, type: other }, signal)))
        return { url: place, type: other };
    }
  }
  return undefined;
}

async function answersMcp({ url, type }: Endpoint, signal: AbortSignal): Promise<boolean> {
  try {
    const method = type === "sse" ? "GET" : "POST";
    return isMcp(type, await probe(url, { method, headers: {}, signal }));
  } catch {
    // No answer, so it is not here; when we are to stop, the caller's next request says so.
    return false;
  }
}

function isMcp(type: Endpoint["type"], { status, shape, challenge }: HttpAnswer): boolean {
  if (status === 401) return type === "http" && challenge.resourceMetadataUrl !== undefined;
  if (type === "sse") return status < 300 && shape === "event-stream";
  return shape === "mcp" ? status < 400 : status < 300 && shape === "event-stream";
}
