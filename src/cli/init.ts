import { McpzipError } from "../core/error.ts";
import { COMMON_ARGS } from "./args.ts";
import type { Command } from "./command.ts";
import { isTerminal } from "./output.ts";
import type { ExitCode } from "./report-error.ts";

/** Asks what to serve and where to register mcpzip. */
export const init: Command = {
  name: "init",
  description: "Set mcpzip up, step by step",
  args: { ...COMMON_ARGS },
  run: async (flags, context): Promise<ExitCode> => {
    if (!isTerminal(0) || !isTerminal(1)) throw needsTerminal();
    const { runWizard } = await import("./init/wizard.ts");
    return runWizard(flags, context);
  },
};

function needsTerminal(): McpzipError {
  return new McpzipError(
    "USAGE",
    "mcpzip init asks questions, and there is no terminal to ask on",
    {
      why:
        "what it does can be done without questions:\n" +
        "mcpzip add NAME -- COMMAND ARGS…   adds a program\n" +
        "mcpzip add NAME URL                adds a server on the network\n" +
        "mcpzip migrate --yes               takes over the servers of your clients",
      fix: "mcpzip add --help",
    },
  );
}
