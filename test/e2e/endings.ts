import { expect } from "bun:test";
import type { RawHost } from "./raw-host.ts";
import type { Sandbox } from "./sandbox.ts";
import { within } from "./until.ts";

/** The ways in which a host ends us. */
export const ENDINGS: readonly (readonly [string, (host: RawHost) => void])[] = [
  ["its input ends", (host) => host.endInput()],
  ["it gets SIGTERM", (host) => host.kill("SIGTERM")],
  ["it gets SIGINT", (host) => host.kill("SIGINT")],
  ["it gets SIGHUP", (host) => host.kill("SIGHUP")],
];

/** Some 3 s, and a second for the other tenants of the machine. */
const EXIT_LIMIT_MS = 4000;

/** Waits for mcpzip's end, and looks at once whether it has left anybody behind. */
export async function expectCleanEnd(host: RawHost, sandbox: Sandbox): Promise<void> {
  const exit = await within("mcpzip has ended", host.exited, EXIT_LIMIT_MS);
  expect(sandbox.processes()).toEqual([]);
  expect(exit.signal).toBeNull();
  // 130: interrupted (style guide); everything else is a failure.
  expect([0, 130]).toContain(exit.code ?? -1);
  expect(host.stderr).not.toContain("    at ");
}
