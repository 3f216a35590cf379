import { settleWithin } from "../../platform/settle-within.ts";
import { textOf } from "../args.ts";
import { watchInterrupt } from "../interrupt.ts";
import { serveCommandFor } from "../serve-command.ts";
import type { WizardContext } from "./wizard.ts";

/** How long our own Ctrl-C may take to reach us once that of the sign-in has ended it. */
const OWN_INTERRUPT_MS = 1000;

/**
 * Runs `mcpzip login` on the same terminal and waits for its end; it says itself how that went. A process of
 * its own, since it reads lines from the terminal, and what has read from there once cannot be taken back
 * from it. Ctrl-C ends the sign-in, and the wizard goes on: false.
 */
export async function runLogin(name: string, { env, flags }: WizardContext): Promise<boolean> {
  using interrupt = watchInterrupt();
  const { command, args } = serveCommandFor(
    { isInTerminal: false },
    { env, configFile: undefined },
  );
  const program = [command, ...args.slice(0, args.indexOf("serve"))];
  const config = textOf(flags, "config");
  const words = ["login", name, ...(config === undefined ? [] : ["--config", config])];
  const login = Bun.spawn([...program, ...words], {
    env: { ...env },
    stdio: ["inherit", "inherit", "inherit"],
  });
  const exitCode = await login.exited;
  // The terminal sends Ctrl-C to both of us; were ours not waited for, the next step would take it for its own.
  if (exitCode === 130) await settleWithin(interrupt.exitCode, OWN_INTERRUPT_MS);
  return exitCode !== 130 && !interrupt.signal.aborted;
}
