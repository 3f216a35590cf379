import { inspectCatalogFile, type CatalogFile } from "../../catalog/inspect-file.ts";
import { loadConfig, type LoadedConfig } from "../../config/load.ts";
import { loadUsedVariables } from "../../config/used-variables.ts";
import type { Config, Env, ServerConfig } from "../../config/config.ts";
import { McpzipError, toMcpzipError } from "../../core/error.ts";
import { loadLoginPath } from "../../platform/login-shell.ts";
import { unknownServer } from "../remote-server.ts";
import { checkCache } from "./check-cache.ts";
import { checkClients } from "./check-clients.ts";
import { checkClock } from "./check-clock.ts";
import { checkConfig } from "./check-config.ts";
import { checkFiles } from "./check-files.ts";
import { checkNetwork } from "./check-network.ts";
import { checkPath } from "./check-path.ts";
import { checkProcesses } from "./check-processes.ts";
import { checkServer } from "./check-server.ts";
import { checkVariables } from "./check-variables.ts";
import type { DoctorContext } from "./context.ts";
import { type Finding, fromError } from "./finding.ts";
import { inOrder } from "./in-order.ts";

/** What belongs together in the report; given out as soon as it is known. */
export interface Block {
  readonly title: string;
  readonly findings: readonly Finding[];
}

type Basics = Omit<DoctorContext, "config" | "loginPath" | "catalog">;

const LOGIN_SHELL_TIMEOUT_MS = 5000;

/** Of the machine; each looks at one thing. Where one server is named, only some of them matter to it. */
const MACHINE_CHECKS = [
  checkFiles,
  checkCache,
  checkClients,
  checkProcesses,
  checkNetwork,
  checkPath,
];
const CHECKS_FOR_ONE = [checkNetwork, checkPath];

/**
 * Looks at the machine, then at the servers, or at the one that is named. Throws SERVER_UNKNOWN when there
 * is none of that name.
 */
export async function* runChecks(basics: Basics, only: string | undefined): AsyncGenerator<Block> {
  const loaded = await load(basics);
  const config = loaded instanceof McpzipError ? undefined : loaded.config;
  const context = createContext(basics, config);
  const names = config === undefined ? [] : namesToCheck(config, only);
  const first = loaded instanceof McpzipError ? [fromError("config", loaded)] : checkConfig(loaded);
  const checks = only === undefined ? MACHINE_CHECKS : CHECKS_FOR_ONE;
  const machine = await Promise.all(checks.map(async (check) => check(context)));
  yield { title: "This machine", findings: [...first, ...machine.flat()] };
  if (config === undefined) return;
  const all: Finding[] = [];
  const variables = await loadUsedVariables(config.path);
  const look = (name: string) => lookAt(name, { ...context, config, names: variables.get(name) });
  for await (const block of inOrder(names, look)) {
    all.push(...block.findings);
    yield block;
  }
  const clock = checkClock(all);
  if (clock.length > 0) yield { title: "Clocks", findings: clock };
}

async function load({ paths, env }: Basics): Promise<LoadedConfig | McpzipError> {
  try {
    return await loadConfig(paths.configFile, env);
  } catch (error) {
    return toMcpzipError(error, "CONFIG_INVALID");
  }
}

function createContext(basics: Basics, config: Config | undefined): DoctorContext {
  let loginPath: Promise<string | undefined> | undefined;
  let catalog: CatalogFile | undefined;
  return {
    ...basics,
    config,
    loginPath: () =>
      (loginPath ??= loadLoginPath(basics.env, { timeoutMs: LOGIN_SHELL_TIMEOUT_MS })),
    catalog: () => (catalog ??= inspectCatalogFile(basics.paths.catalogFile)),
  };
}

function namesToCheck({ servers, faults }: Config, only: string | undefined): string[] {
  const names = [...servers.keys(), ...faults.keys()];
  if (only === undefined) return names;
  if (!names.includes(only)) throw unknownServer(only, names);
  return [only];
}

async function lookAt(
  name: string,
  context: DoctorContext & { readonly config: Config; readonly names: string[] | undefined },
): Promise<Block> {
  const { config, env, names = [] } = context;
  const fault = config.faults.get(name);
  if (fault !== undefined) return { title: name, findings: [explainFault(fault, context)] };
  const server = config.servers.get(name);
  if (server === undefined) return { title: name, findings: [] };
  const variables = server.isDisabled ? [] : checkVariables(name, { names, env });
  const findings = [...variables, ...(await checkServer(server, context))];
  return { title: titleOf(server), findings };
}

function explainFault(
  fault: McpzipError,
  { env, names = [] }: { readonly env: Env; readonly names: readonly string[] | undefined },
): Finding {
  if (fault.code !== "ENV_MISSING") return fromError("config", fault);
  const unset = names.filter((each) => env[each] === undefined);
  const fix = `set ${unset.join(" and ")} where mcpzip is started, or write a default: \${${unset[0]}:-…}`;
  return { ...fromError("env", fault), fix };
}

/** A command's arguments and an address's path may hold secrets, so neither is shown. */
function titleOf(server: ServerConfig): string {
  const where = server.type === "stdio" ? server.command : server.url.origin;
  return `${server.name} (${server.type}, ${where})`;
}
