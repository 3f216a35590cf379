import { homeOf, resolvePaths } from "../platform/paths.ts";
import { COMMON_ARGS, JSON_ARG, textOf } from "./args.ts";
import { openAuth } from "./auth-setup.ts";
import { table } from "./columns.ts";
import type { Command } from "./command.ts";
import { describeAge } from "./describe-tokens.ts";
import type { ExitCode } from "./report-error.ts";
import { summarizeServers, type ServerFailure, type ServerSummary } from "./server-summary.ts";
import { bold, dim, green, red, yellow } from "./style.ts";

/** Shows every configured server and what is known of it. Asks no server anything. */
export const list: Command = {
  name: "list",
  description: "Show the configured servers and what is known of them; asks no server anything",
  args: { ...JSON_ARG, ...COMMON_ARGS },
  run: async (flags, context): Promise<ExitCode> => {
    const { env, output } = context;
    const setup = await openAuth(flags, context);
    const { catalogFile } = resolvePaths(homeOf(env), textOf(flags, "config"));
    const servers = await summarizeServers(setup, catalogFile);
    output.print(
      flags.json === true
        ? JSON.stringify({ config: setup.config.path, servers }, undefined, 2)
        : describe(servers, Date.now()),
    );
    return 0;
  },
};

function describe(servers: readonly ServerSummary[], now: number): string {
  if (servers.length === 0) return "No server is configured; mcpzip add NAME … adds one.";
  const headings = ["SERVER", "TYPE", "STATUS", "TOOLS", "LISTED", "SIGN-IN"];
  const rows = servers.map((server) => [
    server.status === "disabled" ? dim(server.server) : bold(server.server),
    server.type ?? "-",
    statusText(server),
    server.tools === undefined ? "-" : String(server.tools),
    server.listed_at === undefined ? "-" : describeAge(Date.parse(server.listed_at), now),
    signInText(server),
  ]);
  return [...table(headings.map(dim), rows), ...troubles(servers, now), "", summary(servers)].join(
    "\n",
  );
}

function statusText({ status, last_failure: failure }: ServerSummary): string {
  switch (status) {
    case "ready":
      return green("ready");
    case "new":
      return failure === undefined ? "not asked yet" : red("failed");
    case "changed":
      return yellow("changed since");
    case "disabled":
      return dim("disabled");
    case "unusable":
      return red("unusable");
    default:
      return status satisfies never;
  }
}

function signInText({ sign_in: state, tools, last_failure: failure }: ServerSummary): string {
  switch (state) {
    case undefined:
      return "-";
    case "signed-in":
      return green("signed in");
    case "needs-sign-in":
      // A server that has listed its tools without one may never want it, unless it has said so since.
      return tools === undefined || failure?.code === "AUTH_REQUIRED"
        ? yellow("not signed in")
        : "none so far";
    case "automatic":
      return "automatic";
    case "off":
      return "off";
    case "unusable":
      return red("unusable");
    default:
      return state satisfies never;
  }
}

function troubles(servers: readonly ServerSummary[], now: number): string[] {
  return servers.flatMap(({ server, why, fix, last_failure: failure }) => [
    ...(why === undefined ? [] : trouble(server, why, fix)),
    ...(failure === undefined ? [] : trouble(server, failureText(failure, now), failure.fix)),
  ]);
}

function trouble(server: string, why: string, fix: string | undefined): string[] {
  const lines = [...why.split("\n"), ...(fix === undefined ? [] : [`fix   ${fix}`])];
  return ["", `${red(server)}: ${lines.join("\n  ")}`];
}

function failureText({ message, code, at }: ServerFailure, now: number): string {
  return `${message} (${code}, ${describeAge(Date.parse(at), now)})`;
}

function summary(servers: readonly ServerSummary[]): string {
  const used = servers.filter(({ status }) => status !== "disabled" && status !== "unusable");
  const tools = used.reduce((sum, each) => sum + (each.tools ?? 0), 0);
  const failed = used.filter((each) => each.last_failure !== undefined);
  const unknown = used.filter((each) => each.tools === undefined && !failed.includes(each));
  const later = unknown.length === 0 ? "" : `; ${plural(unknown.length, "server")} not asked yet`;
  const broken = failed.length === 0 ? "" : `; ${plural(failed.length, "server")} failed`;
  return `${plural(used.length, "server")} in use, ${plural(tools, "tool")} known${later}${broken}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
