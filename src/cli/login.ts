import type { Command } from "./command.ts";
import { COMMON_ARGS, openAuth } from "./auth-setup.ts";
import { watchInterrupt } from "./interrupt.ts";
import { LoginAttempt, type Way } from "./login-attempt.ts";
import { McpzipError } from "../core/error.ts";
import { isHeadless } from "../platform/browser.ts";
import { findRemoteServer, toProtectedServer } from "./remote-server.ts";
import type { ExitCode } from "./report-error.ts";

/** Signs in to one server, in a terminal, and waits until that is done. */
export const login: Command = {
  name: "login",
  description: "Sign in to a remote server",
  args: {
    server: { type: "positional", description: "The server's name in the configuration" },
    ...COMMON_ARGS,
    force: { type: "boolean", description: "Sign in anew, even when signed in" },
    "no-browser": {
      type: "boolean",
      description: "Open nothing: print the address, and take the one that the sign-in ends on",
    },
    device: { type: "boolean", description: "Enter a code on another device (RFC 8628)" },
  },
  run: async (flags, context): Promise<ExitCode> => {
    const way = wayOf(flags, isHeadless(context.env));
    const setup = await openAuth(flags, context);
    const remote = findRemoteServer(setup.config, String(flags.server));
    const server = toProtectedServer(remote);
    using interrupt = watchInterrupt();
    const { signal } = interrupt;
    const { type } = remote;
    const attempt = new LoginAttempt(server, { ...context, setup, type, way, signal });
    const done = attempt.run({ isForced: flags.force === true }).then((): ExitCode => 0);
    const exitCode = await Promise.race([done, interrupt.exitCode]);
    if (exitCode === 130) await attempt.stopped();
    return exitCode;
  },
};

function wayOf(flags: Readonly<Record<string, unknown>>, isHeadlessHere: boolean): Way {
  const isWithoutBrowser = flags["no-browser"] === true;
  if (flags.device !== true) return isWithoutBrowser || isHeadlessHere ? "paste" : "browser";
  if (!isWithoutBrowser) return "device";
  const message = "--device and --no-browser are two ways to sign in, and one is enough";
  throw new McpzipError("USAGE", message, { fix: "mcpzip login --help" });
}
