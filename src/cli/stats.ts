import { existsSync } from "node:fs";
import { inspectCatalogFile } from "../catalog/inspect-file.ts";
import { loadConfig } from "../config/load.ts";
import { createLog } from "../platform/log.ts";
import { homeOf, resolvePaths, type Paths } from "../platform/paths.ts";
import { CallLogStore, type DayCount } from "../proxy/call-log-store.ts";
import { COMMON_ARGS, JSON_ARG, textOf } from "./args.ts";
import type { Command } from "./command.ts";
import { terminalWidth, type Output } from "./output.ts";
import { readCount } from "./read-number.ts";
import type { ExitCode } from "./report-error.ts";
import { callLines, costLines } from "./stats/screen.ts";
import { tokenCosts } from "./stats/token-costs.ts";
import { summarizeCalls } from "./stats/tool-calls.ts";
import { dim } from "./style.ts";

const MAX_DAYS = 30;
const DEFAULT_DAYS = 7;

/** Shows what tool lists cost a model, and which tools are called. Asks no server anything. */
export const stats: Command = {
  name: "stats",
  description: "Show what tool lists cost and which tools are called; asks no server anything",
  args: {
    days: {
      type: "string",
      valueHint: "number",
      description: "Calls of so many days, today included; 7 otherwise, 30 are kept",
    },
    ...JSON_ARG,
    ...COMMON_ARGS,
  },
  run: async (flags, { env, output }): Promise<ExitCode> => {
    const limits = { flag: "days", command: "stats", max: MAX_DAYS };
    const days = readCount(flags.days, limits) ?? DEFAULT_DAYS;
    const paths = resolvePaths(homeOf(env), textOf(flags, "config"));
    const { config } = await loadConfig(paths.configFile, env);
    const costs = tokenCosts(config, inspectCatalogFile(paths.catalogFile));
    const counts = config.countsCalls ? readCounts(paths, { days, output }) : [];
    const calls = summarizeCalls(counts);
    if (flags.json === true) {
      const shown = { tokens: costs, calls: { is_counted: config.countsCalls, ...calls } };
      output.print(JSON.stringify(shown, undefined, 2));
      return 0;
    }
    const width = terminalWidth(env);
    const lines = config.countsCalls
      ? callLines(calls, { days, width })
      : [dim('Calls are not counted: "stats" is false in the config.')];
    output.print([...costLines(costs, width), "", ...lines].join("\n"));
    return 0;
  },
};

/** Where nothing was ever counted, no file is made. */
function readCounts(
  { callLogFile }: Paths,
  { days, output }: { readonly days: number; readonly output: Output },
): DayCount[] {
  if (!existsSync(callLogFile)) return [];
  using store = new CallLogStore(callLogFile, createLog("warn", output.printError));
  return store.last(days, Date.now());
}
