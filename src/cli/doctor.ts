import { createLog } from "../platform/log.ts";
import { homeOf, resolvePaths } from "../platform/paths.ts";
import { VERSION } from "../platform/version.ts";
import { TOOLS_LIST } from "../proxy/meta-tools.ts";
import { estimateToolTokens } from "../core/token-estimate.ts";
import { COMMON_ARGS, JSON_ARG, textOf } from "./args.ts";
import type { Command } from "./command.ts";
import { exitCodeFor } from "./doctor/exit-class.ts";
import type { Finding } from "./doctor/finding.ts";
import { renderBlock, renderTodo, todoOf } from "./doctor/report.ts";
import { runChecks } from "./doctor/run-checks.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { Output } from "./output.ts";
import { readTimeout } from "./doctor/timeout.ts";
import type { ExitCode } from "./report-error.ts";

/** Tries everything that can go wrong, and explains it. Changes nothing. */
export const doctor: Command = {
  name: "doctor",
  description: "Try everything that can go wrong and explain it; changes nothing",
  args: {
    server: { type: "positional", required: false, description: "Look at this server only" },
    ...COMMON_ARGS,
    ...JSON_ARG,
    timeout: { type: "string", valueHint: "seconds", description: "For each server; 30 otherwise" },
  },
  exitCodes: [
    [0, "Nothing failed; there may be warnings"],
    [1, "A file, or something that is in no class below"],
    [3, "The configuration"],
    [4, "A server cannot be reached, or does not speak MCP"],
    [5, "A server needs you to sign in, or refuses its token"],
    [6, "The environment: a variable, the PATH, a proxy, a certificate, the clock"],
  ],
  examples: [
    ["doctor", "Looks at this machine and at all servers"],
    ["doctor github", "Looks at one server"],
    ["doctor --json", "The same for a program"],
  ],
  run: async (flags, { env, output }): Promise<ExitCode> => {
    const timeoutMs = readTimeout(flags.timeout);
    const only = textOf(flags, "server");
    using interrupt = watchInterrupt();
    const { signal } = interrupt;
    const isJson = flags.json === true;
    const log = createLog(flags.verbose === true ? "debug" : "error", output.printError);
    const paths = resolvePaths(homeOf(env), textOf(flags, "config"));
    const found: Finding[] = [];
    try {
      for await (const { title, findings } of runChecks(
        { env, paths, signal, timeoutMs, log },
        only,
      )) {
        found.push(...findings);
        if (!isJson) output.print(renderBlock(title, findings));
      }
    } catch (error) {
      if (signal.aborted) return interrupt.exitCode;
      throw error;
    }
    const exitCode = exitCodeFor(found);
    if (isJson) output.print(JSON.stringify(toJson(found, exitCode), undefined, 2));
    else printEnd(found, output);
    return exitCode;
  },
};

function toJson(findings: readonly Finding[], exitCode: ExitCode) {
  return { version: VERSION, exit_code: exitCode, todo: todoOf(findings), findings };
}

function printEnd(findings: readonly Finding[], output: Output): void {
  const cost = describeCost(findings);
  if (cost !== undefined) output.print(`${cost}\n`);
  output.print(renderTodo(findings));
}

/** What the proxy is for, in one sentence. */
function describeCost(findings: readonly Finding[]): string | undefined {
  const sum = (fact: "tools" | "tokens") =>
    findings.reduce((total, { server, facts }) => {
      const value = server === undefined ? undefined : facts?.[fact];
      return total + (typeof value === "number" ? value : 0);
    }, 0);
  if (sum("tools") === 0) return undefined;
  const list = TOOLS_LIST.members().get("tools")?.items() ?? [];
  const own = list.reduce((total, tool) => total + estimateToolTokens(tool.parse()), 0);
  const without = sum("tokens").toLocaleString("en");
  return `${sum("tools")} tools: about ${without} tokens in every request without mcpzip, about ${own} with it (estimates).`;
}
