import { COMMON_ARGS, openAuth, type AuthSetup } from "./auth-setup.ts";
import type { Command } from "./command.ts";
import { describeEnd, describeTime, row } from "./describe-tokens.ts";
import { isRemote } from "./remote-server.ts";
import type { ExitCode } from "./report-error.ts";
import { serverAuthStatus, type ServerAuthStatus } from "./server-auth-status.ts";

/** Lists every remote server and how mcpzip signs in to it. Asks no server anything. */
export const authStatus: Command = {
  name: "auth status",
  description: "Show where you are signed in, until when and as what; asks no server anything",
  args: {
    ...COMMON_ARGS,
    json: { type: "boolean", description: "Print it as JSON" },
  },
  run: async (flags, context): Promise<ExitCode> => {
    const setup = await openAuth(flags, context);
    const statuses = await loadStatuses(setup);
    const { output } = context;
    if (flags.json === true) {
      output.print(JSON.stringify({ servers: statuses }, undefined, 2));
      return 0;
    }
    const { path } = setup.config;
    output.print(
      statuses.length === 0
        ? `no remote server is configured in ${path}`
        : statuses.map((status) => describe(status)).join("\n\n"),
    );
    return 0;
  },
};

async function loadStatuses(setup: AuthSetup): Promise<ServerAuthStatus[]> {
  const remote = [...setup.config.servers.values()].filter(isRemote);
  const statuses = await Promise.all(remote.map((server) => serverAuthStatus(server, setup)));
  const faulty = [...setup.config.faults].map(([server, fault]): ServerAuthStatus => ({
    server,
    state: "unusable",
    why: fault.message,
    fix: fault.fix,
  }));
  return [...statuses, ...faulty];
}

function describe(status: ServerAuthStatus): string {
  const rows = [
    ["expires", status.state === "signed-in" ? describeEnd(status, Date.now()) : undefined],
    ["scopes", status.scopes?.join(" ")],
    ["issuer", status.issuer],
    ["from", status.source],
    ["why", status.why],
    ["fix", status.fix],
  ] as const;
  const lines = rows.flatMap(([label, text]) => (text === undefined ? [] : [row(label, text)]));
  return [`${status.server}: ${headline(status)}`, ...lines].join("\n");
}

function headline({ state, signed_in_at: since }: ServerAuthStatus): string {
  switch (state) {
    case "signed-in":
      return since === undefined
        ? "signed in"
        : `signed in since ${describeTime(Date.parse(since))}`;
    case "needs-sign-in":
      return "needs you to sign in";
    case "automatic":
      return "signs in by itself when it is first used";
    case "off":
      return "OAuth is off";
    case "unusable":
      return "cannot be used";
    default:
      return state satisfies never;
  }
}
