import type { StdioServer } from "../../src/config/config.ts";
import type { CatalogTool, ServerListing } from "../../src/core/tool.ts";
import { createLog, type Log } from "../../src/platform/log.ts";

/** A log and the lines written to it, without their time of day. */
export function recordLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const log = createLog("debug", (line) => lines.push(line.replace(/^mcpzip \S+ /, "").trimEnd()));
  return { log, lines };
}

export function stdioServer(name: string, changed: Partial<StdioServer> = {}): StdioServer {
  return {
    name,
    type: "stdio",
    command: "node",
    args: [`${name}.js`],
    env: {},
    cwd: undefined,
    isDisabled: false,
    callTimeoutMs: undefined,
    ...changed,
  };
}

export function serversNamed(...names: readonly string[]): ReadonlyMap<string, StdioServer> {
  return new Map(names.map((name) => [name, stdioServer(name)]));
}

/** What a server with tools of these names lists. */
export function listing(...names: readonly string[]): ServerListing {
  return { tools: names.map((name) => ({ name, json: JSON.stringify({ name }) })) };
}

/** A tool of the server `server`, with these fields. */
export function catalogTool(
  server: string,
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
): CatalogTool {
  const json = JSON.stringify({ name, ...fields });
  return { qualifiedName: `${server}__${name}`, server, name, json };
}
