import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const INSTALLED = "/usr/bin/chromium";
const LAUNCH_TIMEOUT_MS = 20_000;

/** The browser of the machine. One that is asked for by name must be there; none at all skips tests. */
export const chromiumPath: string | undefined =
  process.env["MCPZIP_CHROMIUM"] ?? (existsSync(INSTALLED) ? INSTALLED : undefined);

/** For the title of a test that is skipped without a browser. */
export const SKIP_REASON = `skipped unless there is ${INSTALLED} or MCPZIP_CHROMIUM`;

/** A headless browser with a profile of its own; no sandbox, since tests may run as root. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    timeout: LAUNCH_TIMEOUT_MS,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
