import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { type CallbackServer, openCallbackServer } from "../../src/auth/callback-server.ts";
import { SKIP_REASON, chromiumPath, launchChromium } from "./chromium.ts";

const TIMEOUT_MS = 60_000;
const STATE = "the-state";

const OUTCOMES = [
  ["accepted", `state=${STATE}&code=the-code`, "You're signed in"],
  ["refused", `state=${STATE}&error=access_denied`, "Sign-in didn't go through"],
  ["unknown", "state=other&code=the-code", "No sign-in is waiting here"],
] as const;

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 320, height: 568 };
const SCREENS: Readonly<Record<string, BrowserContextOptions>> = {
  "light desk": { colorScheme: "light", viewport: DESK },
  "dark desk": { colorScheme: "dark", viewport: DESK },
  "light phone": { colorScheme: "light", viewport: PHONE, isMobile: true, deviceScaleFactor: 2 },
  "dark phone": { colorScheme: "dark", viewport: PHONE, isMobile: true, deviceScaleFactor: 2 },
};

const CASES = OUTCOMES.flatMap(([outcome, query, title]) =>
  Object.entries(SCREENS).map(([screen, options]) => ({ outcome, screen, query, title, options })),
);

// Sources, since this project is checked without the browser's types.
const OVERFLOW = "document.documentElement.scrollWidth - innerWidth";
const IS_DARK = `getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 128`;

/** Of any text with what is behind it (WCAG 2.2, 1.4.3). */
const LOWEST_CONTRAST = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((c) => linear(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return channels(color)[3] === 0 ? ground(element.parentElement) : color;
  };
  const contrast = (element) => {
    const [a, b] = [getComputedStyle(element).color, ground(element)].map((c) => luminance(c) + 0.05);
    return Math.max(a / b, b / a);
  };
  return Math.min(...[...document.querySelectorAll("h1, p, code, footer")].map(contrast));
})()`;

const INTRUDE = `(() => {
  const script = document.createElement("script");
  script.textContent = "window.intruded = true";
  const image = document.createElement("img");
  image.src = "http://127.0.0.1:9/pixel.png";
  const style = document.createElement("style");
  style.textContent = "main { display: none }";
  document.body.append(script, image, style);
})()`;

describe.skipIf(chromiumPath === undefined)(`in Chromium (${SKIP_REASON})`, () => {
  // For a look at them: name a folder, and they stay.
  const kept = process.env["MCPZIP_SCREENSHOTS"];
  let folder: string;
  let browser: Browser;
  let server: CallbackServer;
  let requests: string[];
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchChromium(chromiumPath ?? "");
    folder = kept ?? mkdtempSync(join(tmpdir(), "mcpzip-screenshots-"));
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser.close();
    if (kept === undefined) rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    server = await openCallbackServer({ preferredPort: undefined, fixedPort: undefined });
    [requests, complaints] = [[], []];
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server.close();
  });

  /** The page at the end of a redirect with that query. */
  async function redirect(query: string, options: BrowserContextOptions): Promise<Page> {
    void server.receive(STATE, new AbortController().signal);
    const page = await (await browser.newContext(options)).newPage();
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`${server.redirectUri}?${query}`, { waitUntil: "networkidle" });
    return page;
  }

  test.each(CASES)(
    "the page for $outcome is whole and legible on a $screen",
    async ({ outcome, screen, query, title, options }) => {
      const page = await redirect(query, options);
      await page.screenshot({ path: join(folder, `${outcome}-${screen.replace(" ", "-")}.png`) });
      expect(await page.title()).toBe(`${title} · mcpzip`);
      expect(await page.getByRole("main").getByRole("heading", { name: title }).isVisible()).toBe(
        true,
      );
      expect(await page.evaluate(IS_DARK)).toBe(options.colorScheme === "dark");
      expect(await page.evaluate(OVERFLOW)).toBe(0);
      expect(await page.evaluate<number>(LOWEST_CONTRAST)).toBeGreaterThanOrEqual(4.5);
      expect(requests).toEqual([page.url()]);
      expect(complaints).toEqual(outcome === "unknown" ? [expect.stringContaining("400")] : []);
    },
    TIMEOUT_MS,
  );

  test(
    "the policy holds: what got into the page all the same is not run, loaded or drawn",
    async () => {
      const page = await redirect(`state=${STATE}&code=the-code`, {});
      const failed = page.waitForEvent("requestfailed");
      await page.evaluate(INTRUDE);
      expect((await failed).failure()?.errorText).toBe("csp");
      expect(await page.evaluate("window.intruded")).toBeUndefined();
      expect(await page.getByRole("main").isVisible()).toBe(true);
    },
    TIMEOUT_MS,
  );
});
