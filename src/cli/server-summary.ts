import { fingerprintOf } from "../catalog/fingerprint.ts";
import { inspectCatalogFile } from "../catalog/inspect-file.ts";
import type { FailureRow, ServerRow } from "../catalog/store.ts";
import type { ServerConfig } from "../config/config.ts";
import type { McpzipError } from "../core/error.ts";
import type { AuthSetup } from "./auth-setup.ts";
import { isRemote } from "./remote-server.ts";
import { serverAuthStatus, type ServerAuthStatus } from "./server-auth-status.ts";

/** What is known of one server without asking it, as `list --json` prints it. Instants are ISO 8601. */
export interface ServerSummary {
  readonly server: string;
  /** Absent where the entry cannot be read. */
  readonly type?: ServerConfig["type"];
  /**
   * `ready`: its tools are known. `new`: it has never listed them. `changed`: its configuration has changed
   * since it was asked. `unusable`: its entry is wrong, see `why`.
   */
  readonly status: "ready" | "new" | "changed" | "disabled" | "unusable";
  readonly tools?: number;
  readonly listed_at?: string;
  /** For remote servers. */
  readonly sign_in?: ServerAuthStatus["state"];
  readonly why?: string;
  readonly fix?: string | undefined;
  /** Why it could not be asked for its tools when mcpzip last tried; gone with the next success. */
  readonly last_failure?: ServerFailure;
}

export interface ServerFailure {
  readonly at: string;
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}

/** What the catalog's file holds of one server. */
interface Known {
  readonly row: ServerRow | undefined;
  readonly failure: FailureRow | undefined;
}

/** All servers of a configuration, in its order; the faulty ones last. */
export async function summarizeServers(
  setup: AuthSetup,
  catalogFile: string,
): Promise<ServerSummary[]> {
  const catalog = inspectCatalogFile(catalogFile);
  const { servers, failures } = catalog.kind === "good" ? catalog : { servers: [], failures: [] };
  const summaries = [...setup.config.servers.values()].map((server) => {
    const row = servers.find(({ name }) => name === server.name);
    const failure = failures.find((each) => each.server === server.name);
    return summarize(server, { known: { row, failure }, setup });
  });
  const faulty = [...setup.config.faults].map(([server, fault]) => unusable(server, fault));
  return [...(await Promise.all(summaries)), ...faulty];
}

async function summarize(
  server: ServerConfig,
  { known, setup }: { known: Known; setup: AuthSetup },
): Promise<ServerSummary> {
  const { row } = known;
  const listing = row && {
    tools: row.tool_count,
    listed_at: new Date(row.refreshed_at).toISOString(),
  };
  const status = server.isDisabled ? "disabled" : listingStatus(server, row);
  const signIn = isRemote(server) && !server.isDisabled && (await serverAuthStatus(server, setup));
  const isSignedIn = signIn !== false && signIn.state === "signed-in";
  const failure = lastFailure(server, { failure: known.failure, isSignedIn });
  return {
    server: server.name,
    type: server.type,
    status,
    ...listing,
    ...(signIn && { sign_in: signIn.state }),
    ...(signIn && signIn.state === "unusable" && { why: signIn.why ?? "", fix: signIn.fix }),
    ...(failure && { last_failure: failure }),
  };
}

/** Nothing where the reason is gone: another configuration, switched off, or signed in since. */
function lastFailure(
  server: ServerConfig,
  { failure, isSignedIn }: { failure: FailureRow | undefined; isSignedIn: boolean },
): ServerFailure | undefined {
  if (failure === undefined || server.isDisabled) return undefined;
  if (failure.fingerprint !== fingerprintOf(server)) return undefined;
  const { failed_at: at, code, message, fix } = failure;
  if (code === "AUTH_REQUIRED" && isSignedIn) return undefined;
  return { at: new Date(at).toISOString(), code, message, ...(fix !== null && { fix }) };
}

function listingStatus(server: ServerConfig, row: ServerRow | undefined): ServerSummary["status"] {
  if (row === undefined) return "new";
  return row.fingerprint === fingerprintOf(server) ? "ready" : "changed";
}

function unusable(server: string, { message, why, fix }: McpzipError): ServerSummary {
  return {
    server,
    status: "unusable",
    why: why === undefined ? message : `${message}\n${why}`,
    fix,
  };
}
