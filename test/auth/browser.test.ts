import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHeadless, openBrowser } from "../../src/platform/browser.ts";
import { poll, TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const PAGE = new URL("https://as.test/auth?a=1&b=$(touch%20x)`id`;'%22%s");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-browser-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A browser that writes down its arguments, one a line. */
function browser(name: string, exitCode = 0): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    `#!/bin/sh\nprintf '%s\\n' "$@" >"${path}.part"\nmv "${path}.part" "${path}.args"\nexit ${exitCode}\n`,
  );
  chmodSync(path, 0o700);
  return path;
}

function argumentsOf(name: string): Promise<string[]> {
  const path = join(folder, `${name}.args`);
  return poll(() =>
    existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : undefined,
  );
}

/** No other opener is to be found. */
const env = (BROWSER: string) => ({ BROWSER, PATH: "/usr/bin:/bin" });

test("$BROWSER gets the URL as its last argument, untouched by any shell", async () => {
  expect(await openBrowser(PAGE, env(browser("plain")))).toBe(true);
  expect(await argumentsOf("plain")).toEqual([PAGE.href]);
});

test("%s in $BROWSER stands for the URL, which stays one argument", async () => {
  expect(await openBrowser(PAGE, env(`${browser("template")} --url=%s --new`))).toBe(true);
  expect(await argumentsOf("template")).toEqual([`--url=${PAGE.href}`, "--new"]);
});

test("the next of $BROWSER's list is tried when one fails or is not there", async () => {
  const list = [browser("failing", 3), join(folder, "absent"), `${browser("good")} %s`].join(":");
  expect(await openBrowser(PAGE, env(list))).toBe(true);
  expect(await argumentsOf("failing")).toEqual([PAGE.href]);
  expect(await argumentsOf("good")).toEqual([PAGE.href]);
});

test("a browser that goes on running has opened the page", async () => {
  const path = browser("staying");
  writeFileSync(path, `#!/bin/sh\nexec sleep 5\n`);
  expect(await openBrowser(PAGE, env(path))).toBe(true);
});

test.each([
  "http://as.test/auth",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "data:text/html,x",
  "http://127.0.0.1.evil.test/",
  "http://localhost.evil.test/",
  "mailto:a@b.test",
])("%s is never opened", async (url) => {
  expect(await openBrowser(new URL(url), env(browser("none")))).toBe(false);
  expect(existsSync(join(folder, "none.args"))).toBe(false);
});

test.each(["https://as.test/", "http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/"])(
  "%s is opened",
  async (url) => {
    expect(await openBrowser(new URL(url), env(browser("some")))).toBe(true);
    expect(await argumentsOf("some")).toEqual([url]);
  },
);

test.each([
  ["in CI", { CI: "true", DISPLAY: ":0" }, true],
  ["over SSH", { SSH_CONNECTION: "1.2.3.4 5", DISPLAY: ":0" }, true],
  ["over SSH with $BROWSER", { SSH_TTY: "/dev/pts/1", BROWSER: "x" }, false],
])("%s nobody would see a browser, unless $BROWSER is set", (_, variables, expected) => {
  expect(isHeadless(variables)).toBe(expected);
});

test.skipIf(process.platform !== "linux")("without a display there is no browser on Linux", () => {
  expect(isHeadless({})).toBe(true);
  expect(isHeadless({ DISPLAY: ":0" })).toBe(false);
  expect(isHeadless({ WAYLAND_DISPLAY: "wayland-0" })).toBe(false);
  expect(isHeadless({ WSL_DISTRO_NAME: "Debian" })).toBe(false);
});
