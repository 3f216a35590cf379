import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { type CallbackOutcome, callbackPage } from "../../src/auth/callback-page.ts";

const OUTCOMES: readonly CallbackOutcome[] = ["accepted", "refused", "unknown"];

test.each([
  ["accepted", 200, "You're signed in", "close this tab and return to your editor"],
  ["refused", 200, "Sign-in didn't go through", "Nothing was stored."],
  ["unknown", 400, "No sign-in is waiting here", "return to your editor"],
] as const)("%s: says with %d what happened and what to do", (outcome, status, title, words) => {
  const page = callbackPage(outcome);
  expect(page.status).toBe(status);
  expect(page.html).toContain(`<title>${title} · mcpzip</title>`);
  expect(page.html).toContain(`<h1>${title}</h1>`);
  expect(page.html).toContain(words);
});

test("a refused sign-in names the command to try again", () => {
  expect(callbackPage("refused").html).toContain("<code>mcpzip login SERVER</code>");
});

test.each(OUTCOMES)("%s: is neither stored, sniffed, framed nor a referrer", (outcome) => {
  const { "Content-Security-Policy": policy, ...headers } = callbackPage(outcome).headers;
  expect(headers).toEqual({
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
  });
  expect(policy?.replace(/sha256-[^']+/, "sha256-…")).toBe(
    "default-src 'none'; style-src 'sha256-…'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
});

test.each(OUTCOMES)("%s: the policy's hash is that of the only style in the page", (outcome) => {
  const { html, headers } = callbackPage(outcome);
  const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style = ""]) => style);
  const hashes = styles.map((style) => createHash("sha256").update(style).digest("base64"));
  expect(hashes).toHaveLength(1);
  expect(headers["Content-Security-Policy"]).toContain(`'sha256-${hashes[0]}'`);
});

test.each(OUTCOMES)("%s: has no script, no inline handler or style, no address", (outcome) => {
  const { html } = callbackPage(outcome);
  expect(html).not.toMatch(/<script|<link|<img|<form|\s(on\w+|style|src|href)=|https?:|url\(/i);
});
