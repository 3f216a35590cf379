import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import type { ServerStatus } from "../core/server-status.ts";
import { VERSION } from "../platform/version.ts";
import type { RawJson } from "../rpc/raw-json.ts";
import { serverFault } from "./availability.ts";
import type { Services } from "./services.ts";
import { stringArgument, type ToolArguments } from "./tool-arguments.ts";
import { textResult } from "./tool-result.ts";

/** `proxy_status`: where every server stands, as JSON. */
export function proxyStatus(services: Services): RawJson {
  const known = services.catalog.servers();
  const servers = [...services.pool.statuses()].map(([name, status]) => {
    const entry = known.get(name);
    return {
      name,
      status: services.refresh.isRunning(name) ? "refreshing" : status.kind,
      tools: entry?.toolCount ?? 0,
      ...(entry !== undefined && { refreshed: new Date(entry.refreshedAt).toISOString() }),
      ...faultFields(name, status, services),
    };
  });
  const toolCount = [...known.values()].reduce((sum, { toolCount: count }) => sum + count, 0);
  const config = configFields(services);
  const status = { version: VERSION, ...config, tool_count: toolCount, servers };
  return textResult(JSON.stringify(status, undefined, 1));
}

function configFields({ configFault }: Services): Record<string, unknown> {
  if (configFault === undefined) return {};
  const { message, code, fix } = configFault;
  const error = `${message} (${code})`;
  return { config: { in_use: "as it was before the last edit", error, fix } };
}

/** `proxy_refresh {server?}`: asks one server, or all, for their tools and says what came of it. */
export async function proxyRefresh(args: ToolArguments, services: Services): Promise<RawJson> {
  const wanted = stringArgument(args, "server");
  const unusable = wanted === undefined ? undefined : services.pool.unusable(wanted);
  if (unusable !== undefined) throw unusable;
  const servers = [...services.config.servers.values()].filter(
    ({ name, isDisabled }) => !isDisabled && (wanted === undefined || name === wanted),
  );
  if (wanted !== undefined && servers.length === 0) throw unknownServer(wanted, services);
  await Promise.all(servers.map((server) => services.refresh.refresh(server)));
  const known = services.catalog.servers();
  const lines = servers.map(({ name }) => {
    const fault = services.refresh.failureOf(name);
    return fault === undefined
      ? `${name}: ${known.get(name)?.toolCount ?? 0} tools`
      : `${name}: not refreshed: ${fault.message} (${fault.code})`;
  });
  return textResult(lines.join("\n"));
}

function faultFields(
  name: string,
  status: ServerStatus,
  services: Services,
): Record<string, string> {
  if (status.kind === "disabled") return {};
  const fault = serverFault(name, services);
  if (fault === undefined) return {};
  return {
    error: `${fault.message} (${fault.code})`,
    ...(fault.fix !== undefined && { fix: fault.fix }),
  };
}

function unknownServer(name: string, { config }: Services): McpzipError {
  const nearest = nearestNames(name, config.servers.keys());
  return new McpzipError("SERVER_UNKNOWN", `there is no server "${name}" to refresh`, {
    ...(nearest.length > 0 && { fix: `the nearest names are ${nearest.join(", ")}` }),
  });
}
