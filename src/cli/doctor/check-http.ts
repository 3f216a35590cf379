import { isLoopback } from "../../platform/loopback.ts";
import { isRecord } from "../../core/tool.ts";
import { errorMessage } from "../../core/error.ts";
import type { RemoteServer } from "../remote-server.ts";
import type { Finding } from "./finding.ts";
import { findEndpoint } from "./find-endpoint.ts";
import { probe, type HttpAnswer, type ProbeOptions } from "./http-probe.ts";

/** What a remote server answers to a first knock. `answer`: undefined when there was none. */
export interface HttpCheck {
  readonly findings: readonly Finding[];
  readonly answer: HttpAnswer | undefined;
  /** Whether it is worth opening a session: what answers is MCP, and wants no sign-in. */
  readonly isMcp: boolean;
}

/** Knocks at a server as its type wants it, and explains what comes back. */
export async function checkHttp(
  server: RemoteServer,
  options: Pick<ProbeOptions, "headers" | "signal">,
): Promise<HttpCheck> {
  try {
    const method = server.type === "sse" ? "GET" : "POST";
    const answer = await probe(server.url, { ...options, method });
    const isAsked = [401, 403].includes(answer.status);
    if (isAsked)
      return { findings: [...plainHttp(server), asked(server, answer)], answer, isMcp: false };
    const isMcp = speaksMcp(server, answer);
    const found = isMcp ? accepted(server, answer) : await refused(server, { answer, ...options });
    return { findings: [...plainHttp(server), found], answer, isMcp };
  } catch (error) {
    options.signal.throwIfAborted();
    return { findings: [unreached(server, error)], answer: undefined, isMcp: false };
  }
}

function speaksMcp({ type }: RemoteServer, { status, shape }: HttpAnswer): boolean {
  if (type === "sse") return status < 300 && shape === "event-stream";
  // An error in MCP's own form is an answer too: the handshake knows what to do with it.
  return shape === "mcp" || (status < 300 && shape === "event-stream");
}

/** No fault by itself: what it means for us is told by the check of the sign-in. */
function asked({ name, url }: RemoteServer, answer: HttpAnswer): Finding {
  const message = `${url.origin} wants to know who you are (HTTP ${answer.status})`;
  return { check: "http", level: "ok", server: name, message, facts: skewFact(answer) };
}

function accepted({ name, url, type }: RemoteServer, answer: HttpAnswer): Finding {
  const what = type === "sse" ? "MCP over HTTP with SSE" : "MCP over Streamable HTTP";
  const facts = skewFact(answer);
  return {
    check: "http",
    level: "ok",
    server: name,
    message: `${url.origin} answers ${what}`,
    facts,
  };
}

async function refused(
  server: RemoteServer,
  { answer, signal }: Pick<ProbeOptions, "signal"> & { readonly answer: HttpAnswer },
): Promise<Finding> {
  const { name, url } = server;
  const failed = { check: "http", level: "fail", server: name, facts: skewFact(answer) } as const;
  if (answer.status >= 300 && answer.status < 400)
    return { ...failed, ...redirected(server, answer) };
  if (answer.status === 429 || answer.status >= 500) {
    const message = `${url.origin} answers HTTP ${answer.status}: it is there, but cannot serve now`;
    return { ...failed, message, fix: "try again later, or ask whoever runs it" };
  }
  const found = await findEndpoint(server, signal);
  const message = `${describe(answer)} at the path of "url", not MCP`;
  if (found === undefined) {
    const fix = `check the path of "url" of "${name}"; it is often /mcp or /sse`;
    return { ...failed, message, why: titleOf(answer), fix };
  }
  const isHere = found.url.href === url.href;
  const why = isHere
    ? `it speaks ${found.type === "sse" ? "HTTP with SSE only" : "Streamable HTTP"} here`
    : `MCP answers at ${found.url.pathname}`;
  const type = found.type === server.type ? "" : `"type": "${found.type}"`;
  const address = isHere ? "" : `"url": "${found.url.href}"`;
  const change = [address, type].filter((each) => each !== "").join(" and ");
  return { ...failed, message, why, fix: `set ${change} for "${name}"` };
}

function redirected({ name, url }: RemoteServer, { status, location }: HttpAnswer) {
  const target = location === undefined ? null : URL.parse(location, url.href);
  const fix = `if that is the right address, make it the "url" of "${name}"`;
  const where = target === null ? "nowhere" : target.origin + target.pathname;
  return { message: `${url.origin} sends clients on to ${where} (HTTP ${status})`, fix };
}

function describe({ status, shape }: HttpAnswer): string {
  const what = { mcp: "MCP", "event-stream": "an event stream", html: "a web page", json: "JSON" };
  return shape === "other" ? `HTTP ${status}` : `HTTP ${status} with ${what[shape]}`;
}

function titleOf({ title }: HttpAnswer): string | undefined {
  return title === undefined ? undefined : `the page is titled "${title}"`;
}

function skewFact({ skewSeconds }: HttpAnswer): Finding["facts"] {
  return skewSeconds === undefined ? undefined : { clock_skew_seconds: skewSeconds };
}

/** Whatever is sent there can be read on the way. */
function plainHttp({ name, url, headers, oauth }: RemoteServer): Finding[] {
  const isSecret = Object.keys(headers).length > 0 || oauth !== undefined;
  if (url.protocol === "https:" || isLoopback(url) || !isSecret) return [];
  const message = `${url.origin} is plain http: tokens can be read on the way`;
  const fix = `write https:// in "url" of "${name}"`;
  return [{ check: "http", level: "warn", server: name, message, fix }];
}

function unreached({ name, url }: RemoteServer, error: unknown): Finding {
  const code = isRecord(error) && typeof error.code === "string" ? error.code : "";
  const failed = { check: "http", level: "fail", server: name } as const;
  if (error instanceof Error && error.name === "TimeoutError") {
    const message = `${url.host} took the connection, or did not refuse it, and answered nothing`;
    return { ...failed, message, fix: `check that it runs, and the port in "url" of "${name}"` };
  }
  if (code === "ECONNREFUSED") {
    const proxy = isLoopback(url) ? "" : ", or at the proxy on the way";
    const message = `nothing listens at ${url.host}${proxy}`;
    return { ...failed, message, fix: `start it, or correct "url" of "${name}"` };
  }
  if (/ENOTFOUND|EAI_|DNS/.test(code)) {
    const message = `the name ${url.hostname} is not known here`;
    return {
      ...failed,
      message,
      fix: `correct "url" of "${name}", or connect to its network (VPN)`,
    };
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|TLS|SSL/.test(code))
    return { ...failed, ...distrusted(url, code) };
  const message = `${url.host} cannot be reached: ${errorMessage(error)}`;
  return { ...failed, message, fix: `check that it runs, and "url" of "${name}"` };
}

/** Mended in the environment, not at the server, so it counts as network. */
function distrusted(url: URL, code: string) {
  const isAboutTime = /EXPIRED|NOT_YET/.test(code);
  return {
    check: "network",
    message: `the certificate of ${url.host} is not trusted here (${code})`,
    fix: isAboutTime
      ? "check this machine's clock; else whoever runs the server must renew its certificate"
      : "set NODE_EXTRA_CA_CERTS to your company's CA file (PEM) where mcpzip is started",
  } as const;
}
