import type { McpzipError } from "../core/error.ts";
import type { Services } from "./services.ts";

/** Why a server's tools are not in the catalog, in a few words for the model. */
export interface MissingServer {
  readonly name: string;
  readonly reason: string;
}

/**
 * The servers that ought to be in the catalog and are not; disabled ones are not missed. `asked`: only these are
 * searched, so only these can be missing; all, when there are none.
 */
export function missingServers(services: Services, asked: readonly string[]): MissingServer[] {
  const known = services.catalog.servers();
  const missing: MissingServer[] = [];
  for (const [name, status] of services.pool.statuses()) {
    if (!isAmong(asked, name) || status.kind === "disabled" || known.has(name)) continue;
    missing.push({ name, reason: reasonFor(name, services) });
  }
  return missing;
}

/** `slack (still loading), linear (…)`; nothing when no server is missing. */
export function missingLine(services: Services, asked: readonly string[]): string | undefined {
  const missing = missingServers(services, asked);
  if (missing.length === 0) return undefined;
  const searchable = [...services.catalog.servers().keys()];
  const searched = searchable.filter((name) => isAmong(asked, name)).length;
  const reasons = missing.map(({ name, reason }) => `${name} (${reason})`).join(", ");
  return `searched ${searched} of ${searched + missing.length} servers; missing: ${reasons}`;
}

function isAmong(asked: readonly string[], name: string): boolean {
  return asked.length === 0 || asked.includes(name);
}

/** Why the last attempt at a server failed, wherever it failed. */
export function serverFault(name: string, services: Services): McpzipError | undefined {
  const status = services.pool.statuses().get(name);
  if (status?.kind === "failed" || status?.kind === "needs-auth") return status.error;
  return services.refresh.failureOf(name);
}

function reasonFor(name: string, services: Services): string {
  if (services.refresh.isRunning(name)) return "still loading";
  const fault = serverFault(name, services);
  if (fault === undefined) return "not loaded yet";
  return fault.code === "AUTH_REQUIRED" ? "needs sign-in" : `${fault.message}, ${fault.code}`;
}
