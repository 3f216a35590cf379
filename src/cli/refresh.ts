import type { ServerConfig } from "../config/config.ts";
import type { McpzipError } from "../core/error.ts";
import { oneLine } from "../core/one-line.ts";
import type { Services } from "../proxy/services.ts";
import { COMMON_ARGS, JSON_ARG, listOf } from "./args.ts";
import type { Command } from "./command.ts";
import { counted } from "./doctor/counted.ts";
import { inOrder } from "./doctor/in-order.ts";
import { withServices } from "./open-services.ts";
import { formatError, type ExitCode } from "./report-error.ts";
import { faultsAmong, serversToAsk } from "./servers-to-ask.ts";
import { bold, green, red, yellow } from "./style.ts";

/** What came of asking one server, as `--json` prints it. */
interface Outcome {
  readonly server: string;
  readonly tools: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** Why it could not be asked; the tools are those of before, then. */
  readonly error?: McpzipError;
}

/** Names shown of each kind of change; `--json` has them all. */
const MAX_SHOWN = 10;

/** Asks servers for their tools, and says what is other than before. */
export const refresh: Command = {
  name: "refresh",
  description: "Read the tool lists of servers anew and say what has changed",
  args: {
    server: {
      type: "positional",
      required: false,
      isVariadic: true,
      description: "These servers only",
    },
    ...JSON_ARG,
    ...COMMON_ARGS,
  },
  exitCodes: [
    [0, "All servers have answered"],
    [1, "At least one has not; its tools stay as they were"],
  ],
  run: (flags, context): Promise<ExitCode> =>
    withServices({ flags, context }, async ({ services, signal }) => {
      const { output } = context;
      const outcomes: Outcome[] = [];
      for await (const outcome of refreshAll(listOf(flags, "server"), services)) {
        // Ctrl-C ends the wait, too, and then nothing is "as before".
        signal.throwIfAborted();
        outcomes.push(outcome);
        if (flags.json !== true) output.print(describe(outcome));
      }
      if (flags.json === true) output.print(JSON.stringify(outcomes.map(toJson), undefined, 2));
      return outcomes.some(({ error }) => error !== undefined) ? 1 : 0;
    }),
};

async function* refreshAll(names: readonly string[], services: Services): AsyncGenerator<Outcome> {
  yield* inOrder(serversToAsk(names, services), (server) => ask(server, services));
  for (const { server, error } of faultsAmong(names, services))
    yield { server, tools: 0, added: [], removed: [], changed: [], error };
}

async function ask(server: ServerConfig, services: Services): Promise<Outcome> {
  const { catalog, refresh: catalogRefresh } = services;
  const { name } = server;
  const read = () => new Map(catalog.toolsOf(name).map((tool) => [tool.name, tool.json]));
  const before = read();
  await catalogRefresh.refresh(server, { isWanted: true });
  const after = read();
  const error = catalogRefresh.failureOf(name);
  return {
    server: name,
    tools: after.size,
    added: [...after.keys()].filter((tool) => !before.has(tool)),
    removed: [...before.keys()].filter((tool) => !after.has(tool)),
    changed: [...after].flatMap(([tool, json]) => {
      const old = before.get(tool);
      return old === undefined || old === json ? [] : [tool];
    }),
    ...(error !== undefined && { error }),
  };
}

function describe({ server, tools, added, removed, changed, error }: Outcome): string {
  if (error !== undefined) {
    const [first = "", ...others] = formatError(error).split("\n");
    return [`${red(bold(server))}  not refreshed: ${first}`, ...others].join("\n");
  }
  const same = added.length + removed.length + changed.length === 0;
  return [
    `${bold(server)}  ${counted(tools, "tool")}${same ? ", as before" : ""}`,
    ...changeLines(green("+"), added),
    ...changeLines(red("-"), removed),
    ...changeLines(yellow("~"), changed),
  ].join("\n");
}

function changeLines(sign: string, names: readonly string[]): string[] {
  const rest = names.length - MAX_SHOWN;
  const shown = names.slice(0, MAX_SHOWN).map((name) => `  ${sign} ${oneLine(name)}`);
  return rest > 0 ? [...shown, `  ${sign} ${rest} more`] : shown;
}

function toJson({ error, ...outcome }: Outcome) {
  if (error === undefined) return outcome;
  const { code, message, why, fix } = error;
  return { ...outcome, error: { code, message, why, fix } };
}
