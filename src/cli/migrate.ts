import { McpzipError } from "../core/error.ts";
import type { Plan } from "./migrate-setup.ts";
import { COMMON_ARGS, JSON_ARG, listOf } from "./args.ts";
import type { Command, CommandContext, Flags } from "./command.ts";
import { confirm } from "./confirm.ts";
import { applyPlan, makePlan } from "./migrate-setup.ts";
import { planJson, resultJson } from "./migrate-json.ts";
import { planScreen, resultScreen } from "./migrate-screen.ts";
import { undoMigration } from "./migrate-undo.ts";
import type { ExitCode } from "./report-error.ts";

/** Brings the servers of other clients into mcpzip's config and puts mcpzip in their place. */
export const migrate: Command = {
  name: "migrate",
  description:
    "Take over the MCP servers of the clients on this machine, and register mcpzip there",
  args: {
    client: {
      type: "string",
      valueHint: "name",
      isRepeated: true,
      description: "Only this client; may be given several times",
    },
    project: {
      type: "string",
      valueHint: "folder",
      isRepeated: true,
      description: "The servers of this project, too; only for folders that you trust",
    },
    "dry-run": { type: "boolean", description: "Show what would be done, and do nothing" },
    keep: { type: "boolean", description: "Leave the clients as they are" },
    yes: { type: "boolean", description: "Do not ask" },
    undo: { type: "boolean", description: "Bring back what the last migration changed" },
    force: { type: "boolean", description: "With --undo: also files that have changed since" },
    ...COMMON_ARGS,
    ...JSON_ARG,
  },
  examples: [
    ["migrate --dry-run", "show what was found and what would be done"],
    ["migrate --client cursor --client zed", "only these two"],
    ["migrate --undo", "as if nothing had happened"],
  ],
  run: async (flags, context): Promise<ExitCode> => {
    refuseContradictions(flags);
    return flags.undo === true ? undoMigration(flags, context) : migrateServers(flags, context);
  },
};

async function migrateServers(flags: Flags, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const plan = await makePlan(flags, context);
  const isJson = flags.json === true;
  const isDry = flags["dry-run"] === true || plan.isEmpty;
  if (isDry) {
    output.print(isJson ? planJson(plan) : planScreen(plan, { isDry: flags["dry-run"] === true }));
    return plan.hasProblems ? 1 : 0;
  }
  if (!isJson) output.print(planScreen(plan, { isDry: false }));
  const isWanted = flags.yes === true || (await asks(plan, isJson));
  if (isWanted !== true) {
    output.printError("Nothing has been changed.");
    return isWanted === false ? 0 : 130;
  }
  const applied = await applyPlan(plan);
  output.print(isJson ? resultJson(plan, applied) : `\n${resultScreen(plan, applied)}`);
  return plan.hasProblems || applied.problems.length > 0 ? 1 : 0;
}

/** Undefined: interrupted. */
async function asks(plan: Plan, isJson: boolean): Promise<boolean | undefined> {
  return confirm(plan.isKept ? "Add these servers to mcpzip?" : "Do this?", {
    fix: "mcpzip migrate --yes, or --dry-run to look first",
    isQuiet: isJson,
  });
}

function refuseContradictions(flags: Flags): void {
  if (flags.force === true && flags.undo !== true) throw usage("--force goes with --undo only");
  const isPicky = listOf(flags, "client").length + listOf(flags, "project").length > 0;
  if (flags.undo === true && (isPicky || flags.keep === true))
    throw usage("--undo undoes a whole migration: it takes no --client, --project or --keep");
}

function usage(message: string): McpzipError {
  return new McpzipError("USAGE", message, { fix: "mcpzip migrate --help" });
}
