import type { Challenge } from "../auth/challenge.ts";
import type { DeviceCode } from "../auth/device-authorization.ts";
import { startDeviceSignIn, type DeviceClock } from "../auth/device-code.ts";
import type { ProtectedServer } from "../auth/discovery.ts";
import type { TokenKeeper } from "../auth/token-keeper.ts";
import { sleep } from "../platform/sleep.ts";
import type { CommandContext } from "./command.ts";

export interface DeviceRequest extends CommandContext {
  readonly keeper: TokenKeeper;
  readonly challenge: Challenge;
  readonly signal: AbortSignal;
}

/** Signs in with a code that a person enters on another device. Resolves when the tokens are stored. */
export async function signInByDevice(
  server: ProtectedServer,
  { keeper, challenge, signal, output }: DeviceRequest,
): Promise<void> {
  const stored = await keeper.stored();
  const signIn = await startDeviceSignIn(server, { challenge, stored, signal, clock: CLOCK });
  output.printError(deviceText(server, signIn.code));
  await keeper.save(await signIn.finished);
}

const CLOCK: DeviceClock = {
  now: Date.now,
  sleep: async (ms, signal) => {
    await sleep(ms, signal);
    signal.throwIfAborted();
  },
};

function deviceText({ name }: ProtectedServer, code: DeviceCode): string {
  const { verificationUri, verificationUriComplete, userCode, expiresAt } = code;
  const minutes = Math.max(1, Math.round((expiresAt - Date.now()) / 60_000));
  return [
    `To sign in to "${name}", open this page on any device`,
    "",
    `  ${verificationUri.href}`,
    "",
    `and enter this code within ${minutes} minute${minutes === 1 ? "" : "s"}:`,
    "",
    `  ${userCode}`,
    "",
    ...(verificationUriComplete === undefined
      ? []
      : [`The code is in this address already: ${verificationUriComplete.href}`, ""]),
    "Waiting; Ctrl-C gives up.",
  ].join("\n");
}
