import type { ProtectedServer } from "../auth/discovery.ts";
import { hasMcpRemoteLogin } from "../auth/mcp-remote-tokens.ts";
import { signOut, type SignOutOutcome } from "../auth/sign-out.ts";
import { COMMON_ARGS, openAuth, type AuthSetup } from "./auth-setup.ts";
import type { Command } from "./command.ts";
import type { Output } from "./output.ts";
import { findRemoteServer } from "./remote-server.ts";
import type { ExitCode } from "./report-error.ts";

/** Revokes a server's tokens and removes its file. */
export const logout: Command = {
  name: "logout",
  description: "Sign out of a remote server: revoke its tokens and remove them from this machine",
  args: {
    server: { type: "positional", description: "The server's name in the configuration" },
    ...COMMON_ARGS,
  },
  run: async (flags, context): Promise<ExitCode> => {
    const setup = await openAuth(flags, context);
    const { name, url, oauth } = findRemoteServer(setup.config, String(flags.server));
    // OAuth may have been turned off since: its tokens are to go all the same.
    const server = { name, url, settings: oauth ?? { interactive: "never" as const } };
    report(server, await signOut(server, setup), context.output);
    await mentionMcpRemote(server, setup, context.output);
    return 0;
  },
};

function report({ name }: ProtectedServer, outcome: SignOutOutcome, output: Output): void {
  if (outcome.kind === "not-signed-in") {
    output.print(`not signed in to "${name}"`);
    return;
  }
  const { revocation } = outcome;
  switch (revocation.kind) {
    case "revoked":
      output.print(`signed out of "${name}": its tokens are revoked and removed`);
      return;
    case "none":
      output.print(`signed out of "${name}": its tokens are removed`);
      output.printError(
        "They could not be revoked, since its authorization server offers no way to: they end by themselves.",
      );
      return;
    case "failed":
      output.print(`signed out of "${name}": its tokens are removed`);
      output.printError(`They could not be revoked (${revocation.why}): they end by themselves.`);
      return;
    default:
      revocation satisfies never;
  }
}

async function mentionMcpRemote(
  { name, url }: ProtectedServer,
  { mcpRemoteFolder }: AuthSetup,
  output: Output,
): Promise<void> {
  if (!(await hasMcpRemoteLogin(url.href, mcpRemoteFolder))) return;
  output.printError(
    `mcp-remote is signed in to "${name}" too, and mcpzip uses that while it lasts; it lies in ${mcpRemoteFolder}`,
  );
}
