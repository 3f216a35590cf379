import { basename } from "node:path";
import type { ServerConfig } from "../../config/config.ts";
import { type McpzipError, toMcpzipError } from "../../core/error.ts";
import { isStateless } from "../../core/protocol-version.ts";
import { qualifyToolName } from "../../core/tool-name.ts";
import type { CatalogTool } from "../../core/tool.ts";
import type { Log } from "../../platform/log.ts";
import { listTools } from "../../upstream/list-tools.ts";
import { openSession } from "../../upstream/open-session.ts";
import type { UpstreamSession } from "../../upstream/session.ts";
import { checkTools } from "./check-tools.ts";
import type { DoctorContext } from "./context.ts";
import { type Finding, fromError } from "./finding.ts";

/** More than a host's patience with a call that starts a server. */
const SLOW_MS = 10_000;
const NOTICEABLE_MS = 3000;
const CLOSE_GRACE_MS = 500;
/** Programs that fetch another one first. */
const LAUNCHERS = new Set(["npx", "bunx", "uvx", "pipx", "pnpm", "yarn"]);

/** Opens a session as a call would, lists the tools, and ends it. Signs in to nothing. */
export async function checkSession(
  server: ServerConfig,
  context: DoctorContext,
): Promise<Finding[]> {
  const { name } = server;
  const { log, warnings } = collectWarnings(name, context.log);
  const startedAt = performance.now();
  let session: UpstreamSession | undefined;
  try {
    session = await open(server, { ...context, log });
    const handshakeMs = Math.round(performance.now() - startedAt);
    const { signal, timeoutMs } = context;
    const { tools } = await listTools(server, session, { signal, timeoutMs, log });
    const listed = tools.map((tool): CatalogTool => {
      return { ...tool, server: name, qualifiedName: qualifyToolName(name, tool.name) };
    });
    return [
      handshake(server, { handshakeMs, session }),
      ...warnings(),
      ...checkTools(name, listed),
    ];
  } catch (thrown) {
    context.signal.throwIfAborted();
    const error = toMcpzipError(thrown, "SERVER_ERROR", { server: name });
    const failed = error.code === "CALL_TIMEOUT" ? tooSlow(server, context) : explain(error, name);
    return [...warnings(), failed];
  } finally {
    await session?.close({ graceMs: CLOSE_GRACE_MS });
  }
}

function open(server: ServerConfig, { env, signal, timeoutMs, log }: DoctorContext) {
  return openSession(server, {
    env,
    signal,
    timeoutMs,
    log,
    isWanted: () => false,
    onNotification: () => {},
    authorizer: () => Promise.reject(new Error("a check signs in to nothing")),
  });
}

/** What sessions and lists log as warnings, as findings. */
function collectWarnings(server: string, outer: Log): { log: Log; warnings: () => Finding[] } {
  const lines: string[] = [];
  const log: Log = { ...outer, warn: (line) => void lines.push(line) };
  const warnings = () =>
    lines.map((line): Finding => {
      const message = line.replace(`${server}: `, "");
      return { check: "session", level: "warn", server, message };
    });
  return { log, warnings };
}

function handshake(
  server: ServerConfig,
  { handshakeMs, session }: { handshakeMs: number; session: UpstreamSession },
): Finding {
  const { protocolVersion = "unknown", title, version } = session.identity;
  const era = isStateless(protocolVersion) ? " (stateless)" : "";
  const who = [title, version].filter((each) => each !== undefined).join(" ");
  const slow = handshakeMs >= NOTICEABLE_MS;
  return {
    check: "session",
    level: handshakeMs >= SLOW_MS ? "warn" : slow ? "note" : "ok",
    server: server.name,
    message: `ready after ${seconds(handshakeMs)}${slow ? ", which the first call waits for" : ""}: ${who === "" ? "" : `${who}, `}MCP ${protocolVersion}${era}`,
    fix: slow ? launcherFix(server) : undefined,
    facts: { handshake_ms: handshakeMs, protocol: protocolVersion },
  };
}

function explain(error: McpzipError, server: string): Finding {
  const finding = fromError("session", error);
  // What a server says while it starts is more than its last words.
  const fix = finding.fix ?? `read all that it says: mcpzip doctor ${server} --verbose`;
  return { ...finding, server, fix };
}

function tooSlow(server: ServerConfig, { timeoutMs }: DoctorContext): Finding {
  return {
    check: "session",
    level: "fail",
    server: server.name,
    message: `no answer within ${seconds(timeoutMs)}`,
    fix: launcherFix(server) ?? `if it needs longer: mcpzip doctor ${server.name} --timeout 120`,
  };
}

function launcherFix(server: ServerConfig): string | undefined {
  if (server.type !== "stdio" || !LAUNCHERS.has(basename(server.command))) return undefined;
  return `install the package once and make its program the "command" of "${server.name}": ${basename(server.command)} looks for it at every start`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
