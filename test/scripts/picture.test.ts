import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { spansOf, wrapped } from "../../scripts/picture/ansi.ts";
import { renderSvg } from "../../scripts/picture/svg.ts";
import { drawPicture, PICTURE } from "../../scripts/picture.ts";
import { bold, cyan, dim } from "../../src/cli/style.ts";
import { chromiumPath, launchChromium, SKIP_REASON } from "../auth/chromium.ts";
import { BINARY, REPOSITORY } from "../e2e/binary.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** In the page, where there are types of a browser. */
const BACKGROUND = `getComputedStyle(document.querySelector("rect.back")).fill`;
const TEXTS_OUTSIDE = `[...document.querySelectorAll("text")].filter((text) => {
  const [box, all] = [text, document.querySelector("svg")].map((each) => each.getBoundingClientRect());
  return box.right > all.right || box.bottom > all.bottom;
}).length`;
const SAVED = readFileSync(join(REPOSITORY, PICTURE), "utf8");

test("the README's picture is what mcpzip prints and answers; bun scripts/picture.ts draws it anew", async () => {
  expect(await drawPicture(BINARY)).toBe(SAVED);
});

test("what colours a terminal colours the picture", () => {
  expect(spansOf(`${bold("a")} b ${cyan("c")}${dim(" d")}`)).toEqual([
    { text: "a", style: "bold" },
    { text: " b " },
    { text: "c", style: "cyan" },
    { text: " d", style: "dim" },
  ]);
});

test("an escape sequence that the picture cannot show is an error", () => {
  expect(() => spansOf("\u001b[45mx")).toThrow("no style 45");
  expect(() => spansOf("\u001b[2J")).toThrow("escape sequence");
});

test("lines break at spaces, and a long word stays whole", () => {
  expect(wrapped("aa bb cc", 5)).toEqual(["aa bb", "cc"]);
  expect(wrapped("a bbbbbbbbb c", 5)).toEqual(["a", "bbbbbbbbb", "c"]);
  expect(wrapped("", 5)).toEqual([""]);
});

test("markup in an answer stays text, and wide characters keep the columns straight", () => {
  const svg = renderSvg([[{ text: '<b>"&' }], [{ text: "日本" }, { text: "x" }]], "a & b");
  expect(svg).toContain("&lt;b&gt;&quot;&amp;</text>");
  expect(svg).toContain("<title>a &amp; b</title>");
  expect(svg).toContain('x="53.6" y="54"');
});

test.skipIf(chromiumPath === undefined)(
  `the picture is light or dark as the system is, and no text leaves it (${SKIP_REASON})`,
  async () => {
    await using browser = await launchChromium(chromiumPath ?? "");
    const seen = [];
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.newPage({ colorScheme });
      await page.setContent(SAVED);
      seen.push(await page.evaluate(BACKGROUND));
      expect(await page.evaluate(TEXTS_OUTSIDE)).toBe(0);
    }
    expect(seen).toEqual(["rgb(246, 248, 250)", "rgb(22, 27, 34)"]);
  },
);
