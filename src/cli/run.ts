import type { Env } from "../config/config.ts";
import { VERSION } from "../platform/version.ts";
import type { Command, CommandContext } from "./command.ts";
import { plainFlags } from "./cut-words.ts";
import { createOutput } from "./output.ts";
import { reportError, reportUnprinted, type ExitCode } from "./report-error.ts";
import { serve } from "./serve.ts";

/** A line of the table of commands. */
export interface Entry {
  /** The command's line in the list of commands. */
  readonly help: string;
  /** For programs, not for people: in no list. */
  readonly isHidden?: boolean;
  load(): Promise<Command>;
}

/** Each command's module is loaded when it is called. A name of two words belongs to a group. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  serve: {
    help: "Serve all configured MCP servers to one host over stdio",
    // Not lazy: it is what hosts wait for, and light, since what is heavy lies behind it.
    load: () => Promise.resolve(serve),
  },
  init: {
    help: "Set mcpzip up, step by step",
    load: async () => (await import("./init.ts")).init,
  },
  add: {
    help: "Add a server to the config file",
    load: async () => (await import("./add.ts")).add,
  },
  remove: {
    help: "Remove servers from the config file",
    load: async () => (await import("./remove.ts")).remove,
  },
  enable: {
    help: "Use servers again that were disabled",
    load: async () => (await import("./enable.ts")).enable,
  },
  disable: {
    help: "Keep servers in the config file, and do not use them",
    load: async () => (await import("./enable.ts")).disable,
  },
  list: {
    help: "Show the configured servers and what is known of them",
    load: async () => (await import("./list.ts")).list,
  },
  migrate: {
    help: "Take over the MCP servers of other clients",
    load: async () => (await import("./migrate.ts")).migrate,
  },
  login: {
    help: "Sign in to a remote server",
    load: async () => (await import("./login.ts")).login,
  },
  logout: {
    help: "Sign out of a remote server",
    load: async () => (await import("./logout.ts")).logout,
  },
  "auth status": {
    help: "Show where you are signed in",
    load: async () => (await import("./auth-status.ts")).authStatus,
  },
  search: {
    help: "Find tools on all servers, as the model does",
    load: async () => (await import("./search.ts")).search,
  },
  describe: {
    help: "Show what tools do and what arguments they take",
    load: async () => (await import("./describe.ts")).describe,
  },
  call: {
    help: "Call a tool and print its answer",
    load: async () => (await import("./call.ts")).call,
  },
  resources: {
    help: "List the resources of servers, or read one",
    load: async () => (await import("./resources.ts")).resources,
  },
  prompts: {
    help: "List the prompts of servers, or get one",
    load: async () => (await import("./prompts.ts")).prompts,
  },
  refresh: {
    help: "Read the tool lists of servers anew",
    load: async () => (await import("./refresh.ts")).refresh,
  },
  stats: {
    help: "Show what tool lists cost and which tools are called",
    load: async () => (await import("./stats.ts")).stats,
  },
  doctor: {
    help: "Try everything that can go wrong, and explain it",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  update: {
    help: "Tell whether there is a newer mcpzip, and how to get it",
    load: async () => (await import("./update.ts")).update,
  },
  completion: {
    help: "Print a script that completes commands in your shell",
    load: async () => (await import("./completion.ts")).completion,
  },
  complete: {
    help: "What the shells ask",
    isHidden: true,
    load: async () => (await import("./complete.ts")).completeFrom(COMMANDS),
  },
};

/** Runs the command line; `words` are the arguments after the program's name. */
export async function run(words: readonly string[], env: Env): Promise<ExitCode> {
  const output = createOutput(env);
  return reportUnprinted(await runReporting(words, { env, output }), output);
}

async function runReporting(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  try {
    return await dispatch(words, context);
  } catch (error) {
    return reportError(error, context.output, { isVerbose: words.includes("--verbose") });
  }
}

async function dispatch(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [first, second] = words;
  if (first === "help" && second !== undefined && !second.startsWith("-"))
    return dispatch([...words.slice(1), "--help"], context);
  const entry = entryOf(first);
  if (entry !== undefined) return runEntry(entry, words.slice(1), context);
  const inGroup = first === undefined ? undefined : entryOf(`${first} ${second}`);
  if (inGroup !== undefined) return runEntry(inGroup, words.slice(2), context);
  const group = first !== undefined && isGroup(first) ? first : undefined;
  const asked = group === undefined ? first : second;
  if (asked === undefined || asked === "--help" || asked === "-h" || asked === "help") {
    const { groupHelp, mainHelp } = await import("./main-help.ts");
    context.output.print(group === undefined ? mainHelp(COMMANDS) : groupHelp(COMMANDS, group));
    return 0;
  }
  if (asked === "--version" || asked === "-v") {
    context.output.print(VERSION);
    return 0;
  }
  const { unknownCommand } = await import("./main-help.ts");
  throw unknownCommand(COMMANDS, { asked, group });
}

function entryOf(name: string | undefined): Entry | undefined {
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

async function runEntry(
  entry: Entry,
  words: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const command = await entry.load();
  if (asksForHelp(words)) {
    const { helpFor } = await import("./help.ts");
    context.output.print(helpFor(command));
    return 0;
  }
  const plain = plainFlags(command.args, words);
  if (plain !== undefined) return command.run(plain, context);
  // The parser lies behind it.
  const { parseFlags } = await import("./command.ts");
  return command.run(parseFlags(command, words), context);
}

/** What follows `--` is another program's business. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  const own = end === -1 ? words : words.slice(0, end);
  return own.includes("--help") || own.includes("-h");
}

function isGroup(word: string): boolean {
  return Object.keys(COMMANDS).some((name) => name.startsWith(`${word} `));
}
